package main

import (
	"errors"
	"syscall"

	"github.com/containers/storage"
	"github.com/containers/storage/pkg/truncindex"
	"golang.org/x/sys/unix"
)

// The names that replies use; the first that fits counts.
var errorNames = []struct {
	err  error
	name string
}{
	{storage.ErrContainerUnknown, "ErrContainerUnknown"},
	{storage.ErrDuplicateID, "ErrDuplicateID"},
	{storage.ErrDuplicateName, "ErrDuplicateName"},
	{storage.ErrInvalidBigDataName, "ErrInvalidBigDataName"},
	{storage.ErrSizeUnknown, "ErrSizeUnknown"},
	{storage.ErrDigestUnknown, "ErrDigestUnknown"},
	{truncindex.ErrEmptyPrefix, "ErrEmptyPrefix"},
	{truncindex.ErrNotExist, "ErrNotExist"},
	{errRefused, "refused"},
}

func errorName(err error) string {
	for _, known := range errorNames {
		if errors.Is(err, known.err) {
			return known.name
		}
	}
	if ambiguous := (truncindex.ErrAmbiguousPrefix{}); errors.As(err, &ambiguous) {
		return "ErrAmbiguousPrefix"
	}
	return "other"
}

// errnoName is the system's reason, or "" when the system gave none.
func errnoName(err error) string {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return ""
	}
	return unix.ErrnoName(number)
}
