package main

import (
	"flag"
	"fmt"
	"math/rand"
	"os"
	"slices"
	"sync"
	"time"

	"github.com/containers/storage"
	digest "github.com/opencontainers/go-digest"
)

// hammer changes a store from several goroutines and checks, as it goes, that
// nothing that was acknowledged is missing.
type hammer struct {
	store           *storage.StowageStore
	volatilePercent int
	bigSize         int

	mutex  sync.Mutex
	report report
}

func hammerCommand(args []string) int {
	var place storeFlags
	set := flag.NewFlagSet("hammer", flag.ExitOnError)
	place.register(set)
	workers := set.Int("workers", 2, "goroutines")
	ops := set.Int("ops", 20, "rounds of each")
	seed := set.Int64("seed", 1, "seed")
	mode := set.String("mode", "mixed", "write, read or mixed")
	volatilePercent := set.Int("volatile-percent", 0, "how many containers are volatile; release 1.43 does not see those")
	bigSize := set.Int("big-size", 8192, "bytes of the largest big data item")
	parse(set, args, "dir")
	readsPerWrite, known := map[string]int{"write": 0, "mixed": 3, "read": 1}[*mode]
	if !known {
		fmt.Fprintln(os.Stderr, "peer hammer: --mode is write, read or mixed")
		return 2
	}
	store, err := place.open()
	if err != nil {
		return fail(err)
	}
	h := &hammer{store: store, volatilePercent: *volatilePercent, bigSize: *bigSize, report: report{
		PID: os.Getpid(), Impl: "go", Mode: *mode, Workers: *workers, Ops: *ops, Seed: *seed, Counts: map[string]int{},
		Names: []string{}, Containers: []belief{}, Deleted: []departed{}, Violations: []string{}, Errors: []string{},
	}}

	began := time.Now()
	var running sync.WaitGroup
	for number := range *workers {
		w := &worker{hammer: h, number: number, random: rand.New(rand.NewSource(*seed<<20 ^ int64(number)<<40 ^ int64(os.Getpid())))}
		running.Add(1)
		go func() {
			defer running.Done()
			for round := range *ops {
				if *mode != "read" {
					w.writeRound(round)
				}
				for range readsPerWrite {
					w.readRound()
				}
			}
			w.hand()
		}()
	}
	running.Wait()
	h.report.ElapsedMS = time.Since(began).Milliseconds()
	slices.Sort(h.report.Names)
	printJSON(h.report)
	if len(h.report.Violations)+len(h.report.Errors) > 0 {
		return 1
	}
	return 0
}

func (h *hammer) note(list *[]string, format string, args ...any) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if len(*list) < 200 {
		*list = append(*list, fmt.Sprintf(format, args...))
	}
}

func (h *hammer) violation(format string, args ...any) {
	h.note(&h.report.Violations, format, args...)
}

// step runs one operation under its lock and counts it; false when it failed.
func (h *hammer) step(what string, under func(func() error) error, run func() error) bool {
	if err := under(run); err != nil {
		h.note(&h.report.Errors, "%s: %v", what, err)
		return false
	}
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.report.Counts[what]++
	return true
}

// worker owns containers that no other worker changes, so that it knows what they must be.
type worker struct {
	*hammer
	number int
	random *rand.Rand
	live   []*belief
	dead   []departed
}

func (w *worker) bytes(length int) []byte {
	data := make([]byte, length)
	w.random.Read(data)
	return data
}

func (w *worker) text(round int, state string) string {
	return fmt.Sprintf(`{"pid":%d,"worker":%d,"round":%d,"state":%q}`, os.Getpid(), w.number, round, state)
}

// writeRound creates a container, changes it, stores big data, and in every second round deletes one.
func (w *worker) writeRound(round int) {
	s := w.store
	name := fmt.Sprintf("p%d-w%d-r%d", os.Getpid(), w.number, round)
	b := &belief{Names: []string{name}, Metadata: w.text(round, "new"), BigData: map[string]string{}}
	options := storage.ContainerOptions{Metadata: b.Metadata, Volatile: w.random.Intn(100) < w.volatilePercent}
	image, layer := fmt.Sprintf("%x", w.bytes(32)), fmt.Sprintf("%x", w.bytes(32))
	if !w.step("create", s.Write, func() error {
		made, err := s.Make("", b.Names, image, layer, &options)
		if err == nil {
			b.ID = made.ID
		}
		return err
	}) {
		return
	}
	w.live = append(w.live, b)
	w.change(b, name, round)

	for range 1 + w.random.Intn(2) {
		key := []string{"plain.json", "Mixed Case/Key"}[w.random.Intn(2)]
		data := w.bytes(1 + w.random.Intn(w.bigSize))
		if w.step("setBigData", s.Write, func() error { return s.SetBigData(b.ID, key, data) }) {
			b.BigData[key] = digest.FromBytes(data).String()
		}
	}
	if round%2 == 1 {
		at := w.random.Intn(len(w.live))
		victim := w.live[at]
		if w.step("delete", s.Write, func() error { return s.Delete(victim.ID) }) {
			w.live = slices.Delete(w.live, at, at+1)
			w.dead = append(w.dead, departed{victim.ID, victim.Names})
		}
	}
}

// change does one of the small changes, each by another kind of reference.
func (w *worker) change(b *belief, name string, round int) {
	s := w.store
	rename := func(what, ref string, names []string, result ...string) {
		how := storage.StowageSetNames
		switch what {
		case "addNames":
			how = storage.StowageAddNames
		case "removeNames":
			how = storage.StowageRemoveNames
		}
		if w.step(what, s.Write, func() error { return s.Rename(ref, names, how) }) {
			b.Names = result
		}
	}
	switch w.random.Intn(3) {
	case 0:
		rename("setNames", b.ID, []string{name + ".renamed"}, name+".renamed")
	case 1:
		rename("addNames", name, []string{name + ".alias"}, name+".alias", name)
		rename("removeNames", name+".alias", []string{name}, name+".alias")
	case 2:
		text := w.text(round, "changed")
		if w.step("setMetadata", s.Write, func() error { return s.SetMetadata(b.ID[:24], text) }) {
			b.Metadata = text
		}
	}
}

// readRound checks what must hold at every instant under the read lock.
func (w *worker) readRound() {
	s := w.store
	choice := w.random.Intn(3)
	switch {
	case choice == 1 && len(w.live) > 0:
		b := w.live[w.random.Intn(len(w.live))]
		w.step("get", s.Read, func() error {
			c, err := s.Get(b.Names[0])
			if err != nil {
				w.violation("%q (%s) was acknowledged and cannot be read: %v", b.Names[0], b.ID, err)
				return nil
			}
			if how := b.differs(c); how != "" {
				w.violation("%s: %s", b.ID, how)
			}
			w.compareData(c)
			return nil
		})
	case choice == 2 && len(w.dead) > 0:
		d := w.dead[w.random.Intn(len(w.dead))]
		w.step("exists", s.Read, func() error {
			for _, ref := range append([]string{d.ID}, d.Names...) {
				if s.Exists(ref) {
					w.violation("%q was deleted and is there", ref)
				}
			}
			return nil
		})
	default:
		w.step("list", s.Read, func() error {
			all, err := s.Containers()
			if err != nil {
				return err
			}
			census(all, w.violation)
			if len(all) > 0 {
				w.compareData(&all[w.random.Intn(len(all))])
			}
			return nil
		})
	}
}

// compareData reads the files of a container against its record.
func (w *worker) compareData(c *storage.Container) {
	for _, key := range c.BigDataNames {
		data, err := w.store.BigData(c.ID, key)
		if err != nil {
			w.violation("%s, big data %q: %v", c.ID, key, err)
		} else if is := digest.FromBytes(data); is != c.BigDataDigests[key] || int64(len(data)) != c.BigDataSizes[key] {
			w.violation("%s, big data %q: the file is %s (%d bytes), the record says %s (%d)",
				c.ID, key, is, len(data), c.BigDataDigests[key], c.BigDataSizes[key])
		}
	}
}

// hand adds what this worker knows to the report.
func (w *worker) hand() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, b := range w.live {
		w.report.Containers = append(w.report.Containers, *b)
		w.report.Names = append(w.report.Names, b.Names...)
	}
	w.report.Deleted = append(w.report.Deleted, w.dead...)
}
