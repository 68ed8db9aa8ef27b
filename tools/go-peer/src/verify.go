package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/containers/storage"
	digest "github.com/opencontainers/go-digest"
)

// verdict is what verify prints.
type verdict struct {
	Dir             string   `json:"dir"`
	Records         int      `json:"records"`
	Volatile        int      `json:"volatile_records"`
	Names           int      `json:"names"`
	BigData         int      `json:"bigdata_entries"`
	BigDataOK       int      `json:"bigdata_ok"`
	OrphanDirs      int      `json:"orphan_dirs"`
	TempFiles       int      `json:"temp_files"`
	Expected        int      `json:"expected_containers"`
	ExpectedDeleted int      `json:"expected_deleted"`
	Problems        []string `json:"problems"`
	OK              bool     `json:"ok"`
}

func (v *verdict) problem(format string, args ...any) {
	v.OK = false
	if len(v.Problems) < 100 {
		v.Problems = append(v.Problems, fmt.Sprintf(format, args...))
	}
}

type paths []string

func (p *paths) String() string { return strings.Join(*p, ",") }

func (p *paths) Set(path string) error {
	*p = append(*p, path)
	return nil
}

func verifyCommand(args []string) int {
	var place storeFlags
	var expect paths
	set := flag.NewFlagSet("verify", flag.ExitOnError)
	place.register(set)
	set.Var(&expect, "expect", "a hammer's report (may be repeated)")
	exact := set.Bool("exact", false, "the reports account for every record")
	allowMissing := set.Bool("allow-missing", false, "missing big data files are no problem (gen without --files)")
	parse(set, args, "dir")
	store, err := place.open()
	if err != nil {
		return fail(err)
	}
	v := &verdict{Dir: place.dir, Problems: []string{}, OK: true}
	err = store.Read(func() error {
		all, err := store.Containers()
		if err != nil {
			return err
		}
		byID, byName := census(all, v.problem)
		v.Records, v.Names = len(all), len(byName)
		for i := range all {
			v.container(store, &all[i], *allowMissing)
		}
		v.files(store)
		v.folders(place.dir, byID)
		for _, path := range expect {
			if err := v.compare(path, byID, byName); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fail(err)
	}
	if *exact && v.Expected != v.Records {
		v.problem("the reports account for %d containers, the store has %d", v.Expected, v.Records)
	}
	printJSON(v)
	if !v.OK {
		return 1
	}
	return 0
}

// container checks one record against its files and the index.
func (v *verdict) container(store *storage.StowageStore, c *storage.Container, allowMissing bool) {
	if storage.StowageVolatile(c) {
		v.Volatile++
	}
	if found, err := store.Find(c.ID); err != nil || found != c.ID {
		v.problem("the index leads from %s to %q (%v)", c.ID, found, err)
	}
	if len(c.BigDataSizes) != len(c.BigDataNames) || len(c.BigDataDigests) != len(c.BigDataNames) {
		v.problem("%s has %d big data names, %d sizes, %d digests", c.ID, len(c.BigDataNames), len(c.BigDataSizes), len(c.BigDataDigests))
	}
	for _, key := range c.BigDataNames {
		v.BigData++
		data, err := os.ReadFile(store.File(c.ID, key))
		switch {
		case errors.Is(err, fs.ErrNotExist) && allowMissing:
		case err != nil:
			v.problem("%s, big data %q: %v", c.ID, key, err)
		case int64(len(data)) != c.BigDataSizes[key]:
			v.problem("%s, big data %q: %d bytes, the record says %d", c.ID, key, len(data), c.BigDataSizes[key])
		case digest.FromBytes(data) != c.BigDataDigests[key]:
			v.problem("%s, big data %q: the digest is not %s", c.ID, key, c.BigDataDigests[key])
		default:
			v.BigDataOK++
		}
	}
}

// files counts the records on disk without the library's help.
func (v *verdict) files(store *storage.StowageStore) {
	want := []int{v.Records - v.Volatile, v.Volatile}
	for i, path := range store.Files() {
		data, err := os.ReadFile(path)
		if errors.Is(err, fs.ErrNotExist) {
			data, err = nil, nil
		}
		list := []json.RawMessage{}
		if err == nil && len(data) > 0 {
			err = json.Unmarshal(data, &list)
		}
		if err != nil {
			v.problem("%s: %v", path, err)
		} else if len(list) != want[i] {
			v.problem("%s has %d records, the store %d", path, len(list), want[i])
		}
	}
}

var dataFolder = regexp.MustCompile(`^[0-9a-f]{64}$`)

// folders counts what a crash may leave: that is no problem in itself.
func (v *verdict) folders(dir string, byID map[string]*storage.Container) {
	temporary := func(path string) { v.TempFiles += len(glob(filepath.Join(path, ".tmp-*"))) }
	temporary(dir)
	for _, path := range glob(filepath.Join(dir, "*")) {
		name := filepath.Base(path)
		if !dataFolder.MatchString(name) {
			continue
		}
		if byID[name] == nil {
			v.OrphanDirs++
		}
		temporary(path)
	}
}

func glob(pattern string) []string {
	found, _ := filepath.Glob(pattern)
	return found
}

// compare holds the store against what a hammer was told.
func (v *verdict) compare(path string, byID map[string]*storage.Container, byName map[string]string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	r := report{}
	if err := json.Unmarshal(data, &r); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(r.Violations)+len(r.Errors) > 0 {
		v.problem("%s reports %d violations and %d errors itself", path, len(r.Violations), len(r.Errors))
	}
	for i := range r.Containers {
		v.Expected++
		b := &r.Containers[i]
		if c := byID[b.ID]; c == nil {
			v.problem("%s: %s %q was acknowledged and is missing", path, b.ID, b.Names)
		} else if how := b.differs(c); how != "" {
			v.problem("%s: %s: %s", path, b.ID, how)
		}
	}
	for _, d := range r.Deleted {
		v.ExpectedDeleted++
		if byID[d.ID] != nil {
			v.problem("%s: %s was deleted and is there", path, d.ID)
		}
		for _, name := range d.Names {
			if holder := byName[name]; holder != "" {
				v.problem("%s: %q was deleted and is held by %s", path, name, holder)
			}
		}
	}
	return nil
}
