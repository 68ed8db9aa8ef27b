package main

import (
	"bytes"
	"encoding/base64"

	"github.com/containers/storage"
	"github.com/containers/storage/pkg/idtools"
	"github.com/containers/storage/pkg/truncindex"
)

type bigDataItem struct {
	Key    string `json:"key"`
	Base64 string `json:"base64"`
}

// request is one line; each operation reads the fields that it needs.
type request struct {
	Op        string          `json:"op"`
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Names     []string        `json:"names"`
	Image     string          `json:"image"`
	Layer     string          `json:"layer"`
	Metadata  string          `json:"metadata"`
	Flags     map[string]any  `json:"flags"`
	MountOpts []string        `json:"mountOpts"`
	Volatile  bool            `json:"volatile"`
	UIDMap    []idtools.IDMap `json:"uidmap"`
	GIDMap    []idtools.IDMap `json:"gidmap"`
	BigData   []bigDataItem   `json:"bigData"`
	Key       string          `json:"key"`
	Base64    string          `json:"base64"`
	Flag      string          `json:"flag"`
	Value     any             `json:"value"`
	Prefix    string          `json:"prefix"`
	// "r" or "w" instead of the lock that the library's own callers take.
	Lock string `json:"lock"`
}

type operation struct {
	// Whether the library's own caller takes the write lock.
	writes bool
	run    func(s *storage.StowageStore, q *request) (any, error)
}

func reading(run func(s *storage.StowageStore, q *request) (any, error)) operation {
	return operation{false, run}
}

func writing(run func(s *storage.StowageStore, q *request) (any, error)) operation {
	return operation{true, run}
}

// changing is writing without a value.
func changing(run func(s *storage.StowageStore, q *request) error) operation {
	return writing(func(s *storage.StowageStore, q *request) (any, error) { return nil, run(s, q) })
}

var operations = map[string]operation{
	"create": writing(create),
	"get": reading(func(s *storage.StowageStore, q *request) (any, error) {
		c, err := s.Get(q.ID)
		if err != nil {
			return nil, err
		}
		return encodeRecords(*c)
	}),
	"list": reading(func(s *storage.StowageStore, _ *request) (any, error) {
		all, err := s.Containers()
		if err != nil {
			return nil, err
		}
		inner, err := encodeRecords(all...)
		return append(append(encoded("["), inner...), ']'), err
	}),
	"exists": reading(func(s *storage.StowageStore, q *request) (any, error) { return s.Exists(q.ID), nil }),
	"lookup": reading(func(s *storage.StowageStore, q *request) (any, error) {
		if q.ID == "" {
			return s.Lookup(q.Name)
		}
		return s.Lookup(q.ID)
	}),
	"truncGet": reading(func(s *storage.StowageStore, q *request) (any, error) {
		all, err := s.Containers()
		if err != nil {
			return nil, err
		}
		index := truncindex.NewTruncIndex(nil)
		for _, c := range all {
			// What the index cannot take is not in it, as in the store's own.
			_ = index.Add(c.ID)
		}
		return index.Get(q.Prefix)
	}),

	"setNames": changing(func(s *storage.StowageStore, q *request) error {
		return s.Rename(q.ID, q.Names, storage.StowageSetNames)
	}),
	"addNames": changing(func(s *storage.StowageStore, q *request) error {
		return s.Rename(q.ID, q.Names, storage.StowageAddNames)
	}),
	"removeNames": changing(func(s *storage.StowageStore, q *request) error {
		return s.Rename(q.ID, q.Names, storage.StowageRemoveNames)
	}),

	"metadata": reading(func(s *storage.StowageStore, q *request) (any, error) { return s.Metadata(q.ID) }),
	"setMetadata": changing(func(s *storage.StowageStore, q *request) error {
		return s.SetMetadata(q.ID, q.Metadata)
	}),
	"setFlag":   changing(func(s *storage.StowageStore, q *request) error { return s.SetFlag(q.ID, q.Flag, q.Value) }),
	"clearFlag": changing(func(s *storage.StowageStore, q *request) error { return s.ClearFlag(q.ID, q.Flag) }),

	"bigData": reading(func(s *storage.StowageStore, q *request) (any, error) {
		data, err := s.BigData(q.ID, q.Key)
		return base64.StdEncoding.EncodeToString(data), err
	}),
	"bigDataNames": reading(func(s *storage.StowageStore, q *request) (any, error) {
		names, err := s.BigDataNames(q.ID)
		return append([]string{}, names...), err
	}),
	// Both may complete the record, so the library's caller takes the write lock.
	"bigDataSize":   writing(func(s *storage.StowageStore, q *request) (any, error) { return s.BigDataSize(q.ID, q.Key) }),
	"bigDataDigest": writing(func(s *storage.StowageStore, q *request) (any, error) { return s.BigDataDigest(q.ID, q.Key) }),
	"setBigData": changing(func(s *storage.StowageStore, q *request) error {
		data, err := base64.StdEncoding.DecodeString(q.Base64)
		if err != nil {
			return err
		}
		return s.SetBigData(q.ID, q.Key, data)
	}),

	"delete": changing(func(s *storage.StowageStore, q *request) error { return s.Delete(q.ID) }),
	"wipe":   changing(func(s *storage.StowageStore, _ *request) error { return s.Wipe() }),
	// It removes folders, and yet the library's caller takes the read lock only.
	"gc": reading(func(s *storage.StowageStore, _ *request) (any, error) { return nil, s.GarbageCollect() }),
}

func create(s *storage.StowageStore, q *request) (any, error) {
	options := storage.ContainerOptions{
		IDMappingOptions: storage.IDMappingOptions{},
		Flags:            q.Flags,
		MountOpts:        q.MountOpts,
		Volatile:         q.Volatile,
		Metadata:         q.Metadata,
	}
	options.UIDMap, options.GIDMap = q.UIDMap, q.GIDMap
	for _, item := range q.BigData {
		data, err := base64.StdEncoding.DecodeString(item.Base64)
		if err != nil {
			return nil, err
		}
		options.BigData = append(options.BigData, storage.ContainerBigDataOption{Key: item.Key, Data: data})
	}
	made, err := s.Make(q.ID, q.Names, q.Image, q.Layer, &options)
	if err != nil {
		return nil, err
	}
	return encodeRecords(*made)
}

// encodeRecords joins the records with commas; each is the library's own encoding
// with one more member, which says in which file the record lives.
func encodeRecords(records ...storage.Container) (encoded, error) {
	parts := make([][]byte, 0, len(records))
	for i := range records {
		text, err := storage.StowageEncode(&records[i])
		if err != nil {
			return nil, err
		}
		mark := `,"volatileStore":false}`
		if storage.StowageVolatile(&records[i]) {
			mark = `,"volatileStore":true}`
		}
		parts = append(parts, append(bytes.TrimSuffix(append([]byte{}, text...), []byte("}")), mark...))
	}
	return encoded(bytes.Join(parts, []byte(","))), nil
}
