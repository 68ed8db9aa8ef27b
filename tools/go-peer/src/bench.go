package main

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/containers/storage"
)

// measured is one line of output; times are in ns for one operation.
type measured struct {
	What   string `json:"what"`
	N      int    `json:"n"`
	Reps   int    `json:"reps"`
	Median int64  `json:"p50_ns"`
	Min    int64  `json:"min_ns"`
	Max    int64  `json:"max_ns"`
}

// benchCommand times operations on a fresh store of n containers, each with the
// locking and checking that a caller of the library pays for.
func benchCommand(args []string) int {
	set := flag.NewFlagSet("bench", flag.ExitOnError)
	dir := set.String("dir", "", "a folder for the store; it must be empty or missing")
	n := set.Int("n", 1000, "how many containers")
	what := set.String("what", "create,setMetadata,delete,load,list,get,prefix", "operations, by comma")
	reps := set.Int("reps", 20, "how often each")
	seed := set.Int64("seed", 1, "seed")
	parse(set, args, "dir")
	all := generate(*n, *seed)
	if _, err := write(*dir, all, false, false, true); err != nil {
		return fail(err)
	}
	store, err := storage.StowageOpen(*dir, "", false)
	if err != nil {
		return fail(err)
	}
	ids := make([]string, 0, len(all))
	for i := range all {
		ids = append(ids, all[i].record.ID)
	}
	created := []string{}
	anyID := func(i int) string { return ids[i%max(1, len(ids))] }
	runs := map[string]func(i int) error{
		"create": func(i int) error {
			return store.Write(func() error {
				made, err := store.Make("", []string{fmt.Sprintf("bench-%d", i)}, "image", fmt.Sprintf("layer-%d", i), &storage.ContainerOptions{})
				if err == nil {
					created = append(created, made.ID)
				}
				return err
			})
		},
		"setMetadata": func(i int) error {
			return store.Write(func() error { return store.SetMetadata(anyID(i), fmt.Sprintf("changed %d", i)) })
		},
		"delete": func(i int) error {
			if i >= len(created) {
				return fmt.Errorf("delete comes after create, as many of them")
			}
			return store.Write(func() error { return store.Delete(created[i]) })
		},
		"load": func(int) error {
			_, err := storage.StowageOpen(*dir, "", false)
			return err
		},
		"list": func(int) error {
			return store.Read(func() error {
				_, err := store.Containers()
				return err
			})
		},
		"get": func(i int) error {
			return store.Read(func() error {
				_, err := store.Get(anyID(i))
				return err
			})
		},
		"prefix": func(i int) error {
			return store.Read(func() error {
				_, err := store.Get(anyID(i)[:12])
				return err
			})
		},
	}
	for _, name := range strings.Split(*what, ",") {
		run, known := runs[name]
		if !known {
			fmt.Fprintf(os.Stderr, "peer bench: there is no %q\n", name)
			return 2
		}
		times := make([]int64, 0, *reps)
		for i := range *reps {
			began := time.Now()
			if err := run(i); err != nil {
				return fail(fmt.Errorf("%s: %w", name, err))
			}
			times = append(times, time.Since(began).Nanoseconds())
		}
		if len(times) == 0 {
			continue
		}
		slices.Sort(times)
		printJSON(measured{name, *n, *reps, times[len(times)/2], times[0], times[len(times)-1]})
	}
	return 0
}
