package main

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	mathrand "math/rand"
	"path/filepath"
	"strings"

	"github.com/containers/storage"
	"github.com/containers/storage/pkg/ioutils"
	"github.com/containers/storage/pkg/lockfile"
	"github.com/containers/storage/pkg/truncindex"
)

type bench struct {
	stores  map[string]*benchStore
	indexes map[int]*benchIndex
	blobs   map[int][]byte
}

type benchStore struct {
	store   *storage.StowageStore
	all     []storage.Container
	created []string
	count   int
	random  *mathrand.Rand
}

type benchIndex struct {
	ids, more []string
	index     *truncindex.TruncIndex
	random    *mathrand.Rand
}

// benchRows make the function that is timed; what they do before that is not. Each operation has
// the locking and checking that a caller of the library pays for.
var benchRows = map[string]func(b *bench, q *benchRequest) (func() error, error){
	"create":         func(b *bench, q *benchRequest) (func() error, error) { return b.create(q, false) },
	"createVolatile": func(b *bench, q *benchRequest) (func() error, error) { return b.create(q, true) },
	"setMetadata": onStore(func(s *benchStore, _ *benchRequest) error {
		s.count++
		text := strings.Repeat("m", 300) + fmt.Sprint(s.count)
		return s.store.Write(func() error { return s.store.SetMetadata(s.any().ID, text) })
	}),
	"delete": onStore(func(s *benchStore, _ *benchRequest) error {
		last := len(s.created) - 1
		if last < 0 {
			return fmt.Errorf("nothing was created")
		}
		id := s.created[last]
		s.created = s.created[:last]
		return s.store.Write(func() error { return s.store.Delete(id) })
	}),
	// A second store object over the same files: the whole file is read and decoded.
	"load": func(_ *bench, q *benchRequest) (func() error, error) {
		return func() error {
			_, err := storage.StowageOpen(q.Dir, "", false)
			return err
		}, nil
	},
	"refresh": onStore(func(s *benchStore, _ *benchRequest) error {
		return s.store.Read(func() error { s.store.Exists("no-such-container"); return nil })
	}),
	"list": onStore(func(s *benchStore, _ *benchRequest) error {
		return s.store.Read(func() error { _, err := s.store.Containers(); return err })
	}),
	"getId":     getting(func(c *storage.Container) string { return c.ID }),
	"getName":   getting(func(c *storage.Container) string { return c.Names[0] }),
	"getPrefix": getting(func(c *storage.Container) string { return c.ID[:12] }),
	"setBigData": func(b *bench, q *benchRequest) (func() error, error) {
		return b.withItem(q, func(s *benchStore, id string, data []byte) error {
			s.count++
			copy(data, fmt.Sprint(s.count))
			return s.store.Write(func() error { return s.store.SetBigData(id, "blob", data) })
		})
	},
	"bigData": func(b *bench, q *benchRequest) (func() error, error) {
		return b.withItem(q, func(s *benchStore, id string, _ []byte) error {
			return s.store.Read(func() error { _, err := s.store.BigData(id, "blob"); return err })
		})
	},
	"lock": func(_ *bench, q *benchRequest) (func() error, error) {
		l, err := lockfile.GetLockFile(filepath.Join(q.Dir, "bench.lock"))
		return func() error {
			for range q.Inner {
				l.Lock()
				l.Unlock()
			}
			return nil
		}, err
	},
	"atomicWrite": func(b *bench, q *benchRequest) (func() error, error) {
		path, data := filepath.Join(q.Dir, "atomic.bin"), b.blob(q.Size)
		options := &ioutils.AtomicFileWriterOptions{NoSync: !q.Sync}
		return func() error {
			w, err := ioutils.NewAtomicFileWriterWithOpts(path, 0o600, options)
			if err != nil {
				return err
			}
			if _, err := w.Write(data); err != nil {
				return err
			}
			return w.Close()
		}, nil
	},
	"indexBuild": func(b *bench, q *benchRequest) (func() error, error) {
		i := b.index(q.N)
		return func() error { i.index = truncindex.NewTruncIndex(i.ids); return nil }, nil
	},
	"indexGet": func(b *bench, q *benchRequest) (func() error, error) {
		i := b.index(q.N)
		return func() error {
			for range q.Inner {
				if _, err := i.index.Get(i.ids[i.random.Intn(len(i.ids))][:12]); err != nil {
					return err
				}
			}
			return nil
		}, nil
	},
	"indexAdd": func(b *bench, q *benchRequest) (func() error, error) {
		i := b.index(q.N)
		for _, id := range i.more {
			_ = i.index.Delete(id)
		}
		i.more = randomIds(q.Inner)
		return func() error {
			for _, id := range i.more {
				if err := i.index.Add(id); err != nil {
					return err
				}
			}
			return nil
		}, nil
	},
}

func onStore(run func(s *benchStore, q *benchRequest) error) func(*bench, *benchRequest) (func() error, error) {
	return func(b *bench, q *benchRequest) (func() error, error) {
		s, err := b.store(q)
		return func() error { return run(s, q) }, err
	}
}

func getting(key func(c *storage.Container) string) func(*bench, *benchRequest) (func() error, error) {
	return onStore(func(s *benchStore, q *benchRequest) error {
		for range q.Inner {
			wanted := key(s.any())
			if err := s.store.Read(func() error { _, err := s.store.Get(wanted); return err }); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *benchStore) any() *storage.Container { return &s.all[s.random.Intn(len(s.all))] }

func (b *bench) open(dir string) error {
	store, err := storage.StowageOpen(dir, "", false)
	if err != nil {
		return err
	}
	s := &benchStore{store: store, random: mathrand.New(mathrand.NewSource(1))}
	b.stores[dir] = s
	return store.Read(func() error { s.all, err = store.Containers(); return err })
}

func (b *bench) store(q *benchRequest) (*benchStore, error) {
	s, opened := b.stores[q.Dir]
	if !opened {
		return nil, fmt.Errorf("%s was not opened", q.Dir)
	}
	return s, nil
}

func (b *bench) create(q *benchRequest, volatile bool) (func() error, error) {
	s, err := b.store(q)
	return func() error {
		record := s.any()
		s.count++
		name := fmt.Sprintf("bench-%d", s.count)
		options := &storage.ContainerOptions{Flags: record.Flags, Metadata: record.Metadata, Volatile: volatile}
		return s.store.Write(func() error {
			made, err := s.store.Make("", []string{name}, record.ImageID, randomIds(1)[0], options)
			if err == nil {
				s.created = append(s.created, made.ID)
			}
			return err
		})
	}, err
}

func (b *bench) withItem(q *benchRequest, run func(s *benchStore, id string, data []byte) error) (func() error, error) {
	s, err := b.store(q)
	if err != nil {
		return nil, err
	}
	data := b.blob(q.Size)
	return func() error { return run(s, s.all[0].ID, data) }, nil
}

func (b *bench) blob(size int) []byte {
	if _, made := b.blobs[size]; !made {
		data := make([]byte, size)
		_, _ = rand.Read(data)
		b.blobs[size] = data
	}
	return b.blobs[size]
}

func (b *bench) index(n int) *benchIndex {
	if _, made := b.indexes[n]; !made {
		ids := randomIds(n)
		b.indexes[n] = &benchIndex{ids, nil, truncindex.NewTruncIndex(ids), mathrand.New(mathrand.NewSource(1))}
	}
	return b.indexes[n]
}

func randomIds(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		data := make([]byte, 32)
		_, _ = rand.Read(data)
		ids[i] = hex.EncodeToString(data)
	}
	return ids
}
