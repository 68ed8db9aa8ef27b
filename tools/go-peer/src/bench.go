package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"
)

// benchRequest is one line of input. `open` and `coldOpen` come once for a store; the others are
// rows, run `times` times, each run timed by itself.
type benchRequest struct {
	Row   string `json:"row"`
	Dir   string `json:"dir"`
	N     int    `json:"n"`
	Times int    `json:"times"`
	Inner int    `json:"inner"`
	Size  int    `json:"size"`
	Sync  bool   `json:"sync"`
}

// benchCommand answers requests on standard input, one on a line, until that ends; so whoever
// compares can let the library and others take turns. The answer to a row has the ns of each run,
// for all its `inner` operations together.
func benchCommand(args []string) int {
	set := flag.NewFlagSet("bench", flag.ExitOnError)
	_ = set.Parse(args)
	b := &bench{stores: map[string]*benchStore{}, indexes: map[int]*benchIndex{}, blobs: map[int][]byte{}}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var q benchRequest
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			return fail(err)
		}
		times, err := b.answer(&q)
		if err != nil {
			printJSON(map[string]any{"ok": false, "message": err.Error()})
			continue
		}
		printJSON(map[string]any{"ok": true, "ns": times})
	}
	if err := lines.Err(); err != nil {
		return fail(err)
	}
	return 0
}

func (b *bench) answer(q *benchRequest) ([]int64, error) {
	switch q.Row {
	case "open":
		return nil, b.open(q.Dir)
	case "close":
		delete(b.stores, q.Dir)
		runtime.GC()
		return nil, nil
	}
	prepare, known := benchRows[q.Row]
	if !known {
		return nil, fmt.Errorf("there is no row %q", q.Row)
	}
	run, err := prepare(b, q)
	if err != nil {
		return nil, err
	}
	times := make([]int64, 0, max(1, q.Times))
	for range max(1, q.Times) {
		began := time.Now()
		if err := run(); err != nil {
			return nil, fmt.Errorf("%s: %w", q.Row, err)
		}
		times = append(times, time.Since(began).Nanoseconds())
	}
	return times, nil
}
