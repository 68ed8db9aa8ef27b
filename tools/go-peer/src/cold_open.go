package main

import (
	"flag"
	"time"

	"github.com/containers/storage"
)

// coldOpenCommand opens a store and asks it once, in a fresh process, and prints how many ns that
// took; the start of the process is left out.
func coldOpenCommand(args []string) int {
	set := flag.NewFlagSet("coldopen", flag.ExitOnError)
	dir := set.String("dir", "", "the store's folder")
	parse(set, args, "dir")
	began := time.Now()
	store, err := storage.StowageOpen(*dir, "", false)
	if err != nil {
		return fail(err)
	}
	if err := store.Read(func() error { store.Exists("no-such-container"); return nil }); err != nil {
		return fail(err)
	}
	printJSON(map[string]any{"ns": time.Since(began).Nanoseconds()})
	return 0
}
