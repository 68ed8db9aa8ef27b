package main

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/containers/storage/pkg/lockfile"
	"golang.org/x/sys/unix"
)

func milliseconds() int64 { return time.Now().UnixMilli() }

// lockCommand holds a lock for a while. It prints "locked MS" and "unlocked MS", both
// times taken while it holds the lock, so that intervals of two holders that must
// exclude each other never overlap; or, with --try, "busy MS pid=P" and exits with 1.
func lockCommand(args []string) int {
	set := flag.NewFlagSet("lock", flag.ExitOnError)
	file := set.String("file", "", "the lock file")
	kind := set.String("type", "w", "r or w")
	hold := set.Int("hold-ms", 0, "how long to hold it, in ms")
	try := set.Bool("try", false, "do not wait")
	parse(set, args, "file")
	if *kind != "r" && *kind != "w" {
		fmt.Fprintln(os.Stderr, "peer lock: --type is r or w")
		return 2
	}
	lock, err := lockfile.GetLockFile(*file)
	if err != nil {
		return fail(err)
	}
	switch {
	case *try:
		take := lock.TryLock
		if *kind == "r" {
			take = lock.TryRLock
		}
		if err := take(); errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EACCES) {
			fmt.Printf("busy %d pid=%d\n", milliseconds(), holder(*file, *kind))
			return 1
		} else if err != nil {
			return fail(err)
		}
	case *kind == "r":
		lock.RLock()
	default:
		lock.Lock()
	}
	fmt.Printf("locked %d\n", milliseconds())
	time.Sleep(time.Duration(*hold) * time.Millisecond)
	fmt.Printf("unlocked %d\n", milliseconds())
	lock.Unlock()
	return 0
}

// holder is the process in the way, as the kernel tells it: 0 when there is none
// any more, -1 for a lock of an open file description. Whoever holds the lock must
// not ask: closing the file here would drop it.
func holder(file, kind string) int32 {
	handle, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		return 0
	}
	defer handle.Close()
	asked := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart}
	if kind == "r" {
		asked.Type = unix.F_RDLCK
	}
	if err := unix.FcntlFlock(handle.Fd(), unix.F_GETLK, &asked); err != nil || asked.Type == unix.F_UNLCK {
		return 0
	}
	return asked.Pid
}

// lastWriteCommand prints the token of a lock file in hexadecimal, read under the read lock.
func lastWriteCommand(args []string) int {
	set := flag.NewFlagSet("lastwrite", flag.ExitOnError)
	file := set.String("file", "", "the lock file")
	parse(set, args, "file")
	handle, err := os.Open(*file)
	if err != nil {
		return fail(err)
	}
	defer handle.Close()
	if err := unix.FcntlFlock(handle.Fd(), unix.F_SETLKW, &unix.Flock_t{Type: unix.F_RDLCK, Whence: io.SeekStart}); err != nil {
		return fail(err)
	}
	token := make([]byte, 64)
	length, err := handle.ReadAt(token, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return fail(err)
	}
	fmt.Println(hex.EncodeToString(token[:length]))
	return 0
}

// touchCommand records a write, as a program does that changed the store.
func touchCommand(args []string) int {
	set := flag.NewFlagSet("touch", flag.ExitOnError)
	file := set.String("file", "", "the lock file")
	parse(set, args, "file")
	lock, err := lockfile.GetLockFile(*file)
	if err != nil {
		return fail(err)
	}
	lock.Lock()
	defer lock.Unlock()
	if _, err := lock.RecordWrite(); err != nil {
		return fail(err)
	}
	return 0
}
