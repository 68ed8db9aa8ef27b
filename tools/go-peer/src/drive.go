package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/containers/storage"
)

// errRefused is the peer's own word: the library would leave the store's folder.
var errRefused = errors.New("refused by the peer")

// driver answers requests, one JSON object on a line, with one reply each.
type driver struct {
	store *storage.StowageStore
	// Writes to data folders outside of it are refused; empty: nothing is.
	fence string
}

func driveCommand(args []string) int {
	var place storeFlags
	set := flag.NewFlagSet("drive", flag.ExitOnError)
	place.register(set)
	escaping := set.Bool("allow-escaping-ids", false, "let ids such as .. reach outside the store")
	parse(set, args, "dir")

	out := bufio.NewWriter(os.Stdout)
	d := driver{}
	var err error
	if !*escaping {
		if d.fence, err = filepath.Abs(place.dir); err != nil {
			return fail(err)
		}
	}
	opening := func() (err error) {
		defer recovered(&err)
		d.store, err = place.open()
		return err
	}
	if err := opening(); err != nil {
		reply(out, answered{nil, err})
		return 3
	}

	in := bufio.NewReaderSize(os.Stdin, 1<<16)
	for {
		line, end := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			reply(out, d.answer(line))
		}
		if errors.Is(end, io.EOF) {
			return 0
		}
		if end != nil {
			return fail(end)
		}
	}
}

// answered is what a request came to.
type answered struct {
	value any
	err   error
}

func (d *driver) answer(line []byte) (a answered) {
	defer recovered(&a.err)
	q := request{}
	if err := json.Unmarshal(line, &q); err != nil {
		return answered{nil, fmt.Errorf("bad request: %w", err)}
	}
	op, known := operations[q.Op]
	if !known {
		return answered{nil, fmt.Errorf("unknown op %q", q.Op)}
	}
	under := d.store.Read
	if (op.writes || q.Lock == "w") && q.Lock != "r" {
		under = d.store.Write
	}
	// Not in the literal: err must be the one that recovered may overwrite.
	a.err = under(func() (err error) {
		if op.writes {
			if err := d.guard(&q); err != nil {
				return err
			}
		}
		a.value, err = op.run(d.store, &q)
		return err
	})
	return a
}

// guard refuses a write where the library would join an id to the store's path
// and end up outside: deleting the container ".." would remove the store's parent.
func (d *driver) guard(q *request) error {
	if d.fence == "" || (q.Op == "create" && q.ID == "") {
		return nil
	}
	ids := []string{}
	switch q.Op {
	case "create":
		ids = append(ids, q.ID)
	case "wipe":
		all, err := d.store.Containers()
		if err != nil {
			return err
		}
		for _, c := range all {
			ids = append(ids, c.ID)
		}
	default:
		if id, err := d.store.Lookup(q.ID); err == nil {
			ids = append(ids, id)
		}
	}
	for _, id := range ids {
		if !strings.HasPrefix(filepath.Join(d.fence, id), d.fence+string(filepath.Separator)) {
			return fmt.Errorf("%w: the data folder of id %q lies outside the store", errRefused, id)
		}
	}
	return nil
}

// recovered turns a panic of the library into an error that begins with "panic:".
func recovered(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("panic: %v", r)
	}
}

// encoded is JSON already and goes out as it is.
type encoded []byte

func reply(out *bufio.Writer, a answered) {
	if a.err != nil {
		answer := map[string]any{"ok": false, "error": errorName(a.err), "message": a.err.Error()}
		if name := errnoName(a.err); name != "" {
			answer["errno"] = name
		}
		line, _ := json.Marshal(answer)
		out.Write(line)
	} else {
		line, ready := a.value.(encoded)
		if !ready {
			line, _ = json.Marshal(a.value)
		}
		out.WriteString(`{"ok":true,"value":`)
		out.Write(line)
		out.WriteByte('}')
	}
	out.WriteByte('\n')
	out.Flush()
}
