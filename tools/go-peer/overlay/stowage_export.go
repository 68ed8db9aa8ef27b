package storage

// Mapped into the library's package when the peer is built (go build -overlay);
// the library's own files stay as Debian ships them. It opens the door to the
// container store, which the library keeps to itself.

// StowageStore is the library's container store. Its exported methods are the
// library's own; each must be called inside Read or Write.
type StowageStore struct{ *containerStore }

// StowageOpen opens a container store just as the library's NewStore does.
func StowageOpen(dir, runDir string, transient bool) (*StowageStore, error) {
	opened, err := newContainerStore(dir, runDir, transient)
	if err != nil {
		return nil, err
	}
	return &StowageStore{opened.(*containerStore)}, nil
}

// Read runs fn under the read lock, after a reload where somebody else wrote.
func (s *StowageStore) Read(fn func() error) error {
	if err := s.startReading(); err != nil {
		return err
	}
	defer s.stopReading()
	return fn()
}

// Write runs fn under the write lock, after a reload where somebody else wrote.
func (s *StowageStore) Write(fn func() error) error {
	if err := s.startWriting(); err != nil {
		return err
	}
	defer s.stopWriting()
	return fn()
}

// Make creates a container.
func (s *StowageStore) Make(id string, names []string, image, layer string, options *ContainerOptions) (*Container, error) {
	return s.create(id, names, image, layer, options)
}

// Names that StowageStore.Rename knows.
const (
	StowageSetNames    = setNames
	StowageAddNames    = addNames
	StowageRemoveNames = removeNames
)

// Rename changes the names of a container in one of the three ways.
func (s *StowageStore) Rename(id string, names []string, how updateNameOperation) error {
	return s.updateNames(id, names, how)
}

// File is where the library keeps a big data item.
func (s *StowageStore) File(id, key string) string { return s.datapath(id, key) }

// Files are the stable and the volatile JSON file.
func (s *StowageStore) Files() []string { return s.jsonPath[:] }

// Find asks the store's own index of truncated ids.
func (s *StowageStore) Find(prefix string) (string, error) { return s.idindex.Get(prefix) }

// StowageVolatile says whether a record belongs to the volatile file.
func StowageVolatile(c *Container) bool { return c.volatileStore }

// StowageEncode is the library's own codec of the JSON files.
func StowageEncode(value any) ([]byte, error) { return json.Marshal(value) }

// StowageFileName is the name of the file of a big data item.
func StowageFileName(key string) string { return makeBigDataBaseName(key) }
