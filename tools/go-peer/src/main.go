// Command peer drives the container store of the real library containers/storage,
// so that Stowage can be compared with it, and both can work on one store.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/containers/storage"
)

// A command gets its arguments and answers with the exit code.
var commands = map[string]func(args []string) int{
	"bench":     benchCommand,
	"coldopen":  coldOpenCommand,
	"drive":     driveCommand,
	"gen":       genCommand,
	"hammer":    hammerCommand,
	"lastwrite": lastWriteCommand,
	"lock":      lockCommand,
	"touch":     touchCommand,
	"verify":    verifyCommand,
}

func main() {
	if len(os.Args) > 1 {
		if run, known := commands[os.Args[1]]; known {
			os.Exit(run(os.Args[2:]))
		}
	}
	names := make([]string, 0, len(commands))
	for name := range commands {
		names = append(names, name)
	}
	sort.Strings(names)
	fmt.Fprintf(os.Stderr, "usage: peer %s … (see README.md)\n", strings.Join(names, "|"))
	os.Exit(2)
}

// fail reports what ends a command.
func fail(err error) int {
	fmt.Fprintln(os.Stderr, "peer:", err)
	return 1
}

// parse reads the flags; what is required and empty ends the process with the usage.
func parse(set *flag.FlagSet, args []string, required ...string) {
	_ = set.Parse(args)
	for _, name := range required {
		if set.Lookup(name).Value.String() == "" {
			fmt.Fprintf(os.Stderr, "peer %s: --%s is required\n", set.Name(), name)
			os.Exit(2)
		}
	}
}

func printJSON(value any) {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

// storeFlags are the flags of every command that opens a store.
type storeFlags struct {
	dir, run  string
	transient bool
}

func (f *storeFlags) register(set *flag.FlagSet) {
	set.StringVar(&f.dir, "dir", "", "the store's folder")
	set.StringVar(&f.run, "run", "", "its run folder, where it is transient")
	set.BoolVar(&f.transient, "transient", false, "open it as transient")
}

func (f *storeFlags) open() (*storage.StowageStore, error) {
	if f.transient && f.run == "" {
		return nil, fmt.Errorf("--transient needs --run")
	}
	return storage.StowageOpen(f.dir, f.run, f.transient)
}
