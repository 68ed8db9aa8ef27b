package main

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/containers/storage"
	"github.com/containers/storage/pkg/ioutils"
	"github.com/containers/storage/pkg/lockfile"
	digest "github.com/opencontainers/go-digest"
)

// What every generated container keeps: one key that is a file name itself, one that is not.
const (
	plainKey   = "config.json"
	encodedKey = "Runtime-State"
)

type generated struct {
	record storage.Container
	data   map[string][]byte
}

// generate makes n records of about 1 KB each, the same ones for the same seed.
func generate(n int, seed int64) []generated {
	random := rand.New(rand.NewSource(seed))
	digits := func(bytes int) string {
		data := make([]byte, bytes)
		random.Read(data)
		return hex.EncodeToString(data)
	}
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	all := make([]generated, n)
	for i := range all {
		// A letter within the first twelve digits: the library never makes ids that look like a number.
		id := "c" + digits(32)[1:]
		name := fmt.Sprintf("container-%06d-%s", i, id[1:7])
		image := digits(32)
		head := fmt.Sprintf(`{"name":%q,"image-id":%q,"image-name":"registry.example.com/team/service-%d:v%d","created-at":%d,"note":"`,
			name, image, i%1000, random.Intn(50), start.Unix()+int64(i))
		data := map[string][]byte{
			plainKey:   fmt.Appendf(nil, `{"ociVersion":"1.2.0","hostname":%q,"nonce":%q}`, id[:12], digits(8+random.Intn(40))),
			encodedKey: fmt.Appendf(nil, "exited %d %s\n", random.Intn(256), digits(8+random.Intn(24))),
		}
		c := storage.Container{
			ID: id, Names: []string{name}, ImageID: image, LayerID: digits(32),
			Metadata:       head + strings.Repeat("-", max(0, 300-len(head))) + `"}`,
			BigDataNames:   []string{plainKey, encodedKey},
			BigDataSizes:   map[string]int64{},
			BigDataDigests: map[string]digest.Digest{},
			Created:        start.Add(time.Duration(i)*time.Second + time.Duration(random.Intn(1e9))),
			Flags:          map[string]any{"MountLabel": "", "ProcessLabel": ""},
		}
		for key, value := range data {
			c.BigDataSizes[key] = int64(len(value))
			c.BigDataDigests[key] = digest.FromBytes(value)
		}
		all[i] = generated{c, data}
	}
	return all
}

// genCommand writes a store of n containers at once, as the library would have left it.
func genCommand(args []string) int {
	set := flag.NewFlagSet("gen", flag.ExitOnError)
	dir := set.String("dir", "", "the store's folder")
	n := set.Int("n", 0, "how many containers")
	seed := set.Int64("seed", 1, "seed")
	files := set.Bool("files", false, "write the big data files too")
	force := set.Bool("force", false, "replace a store that is there")
	noToken := set.Bool("no-token", false, "leave the lock file without a last-write token")
	parse(set, args, "dir")
	size, err := write(*dir, generate(*n, *seed), *files, *force, !*noToken)
	if err != nil {
		return fail(err)
	}
	printJSON(map[string]any{"dir": *dir, "n": *n, "seed": *seed, "bytes": size, "files": *files})
	return 0
}

func write(dir string, all []generated, files, force, token bool) (int, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return 0, err
	}
	path := filepath.Join(dir, "containers.json")
	if _, err := os.Stat(path); !force && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%s is there already: --force replaces it", path)
	}
	lock, err := lockfile.GetLockFile(filepath.Join(dir, "containers.lock"))
	if err != nil {
		return 0, err
	}
	lock.Lock()
	defer lock.Unlock()
	records := make([]*storage.Container, len(all))
	for i := range all {
		records[i] = &all[i].record
		if !files {
			continue
		}
		folder := filepath.Join(dir, all[i].record.ID)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return 0, err
		}
		for key, value := range all[i].data {
			if err := os.WriteFile(filepath.Join(folder, storage.StowageFileName(key)), value, 0o600); err != nil {
				return 0, err
			}
		}
	}
	text, err := storage.StowageEncode(records)
	if err != nil {
		return 0, err
	}
	// The token before the file, as the library does.
	if token {
		if _, err := lock.RecordWrite(); err != nil {
			return 0, err
		}
	}
	return len(text), ioutils.AtomicWriteFile(path, text, 0o600)
}
