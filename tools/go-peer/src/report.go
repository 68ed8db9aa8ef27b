package main

import (
	"fmt"
	"slices"

	"github.com/containers/storage"
)

// belief is what a hammer knows about a container from acknowledged writes alone.
type belief struct {
	ID       string            `json:"id"`
	Names    []string          `json:"names"`
	Metadata string            `json:"metadata"`
	BigData  map[string]string `json:"bigData"` // key to digest
}

// departed is a container whose deletion was acknowledged.
type departed struct {
	ID    string   `json:"id"`
	Names []string `json:"names"`
}

// report is what a hammer prints and verify --expect reads, whichever language made it.
type report struct {
	PID        int            `json:"pid"`
	Impl       string         `json:"impl"`
	Mode       string         `json:"mode"`
	Workers    int            `json:"workers"`
	Ops        int            `json:"ops"`
	Seed       int64          `json:"seed"`
	ElapsedMS  int64          `json:"elapsed_ms"`
	Counts     map[string]int `json:"counts"`
	Names      []string       `json:"names"`
	Containers []belief       `json:"containers"`
	Deleted    []departed     `json:"deleted"`
	Violations []string       `json:"violations"`
	Errors     []string       `json:"errors"`
}

// differs says how a record is not what was acknowledged; "" when it is.
func (b *belief) differs(c *storage.Container) string {
	if c.ID != b.ID {
		return fmt.Sprintf("its name leads to %s", c.ID)
	}
	if !slices.Equal(c.Names, b.Names) {
		return fmt.Sprintf("names are %q, acknowledged were %q", c.Names, b.Names)
	}
	if c.Metadata != b.Metadata {
		return fmt.Sprintf("metadata is %q, acknowledged was %q", c.Metadata, b.Metadata)
	}
	if len(c.BigDataNames) != len(b.BigData) {
		return fmt.Sprintf("big data are %q, acknowledged were %d items", c.BigDataNames, len(b.BigData))
	}
	for key, digest := range b.BigData {
		if is := string(c.BigDataDigests[key]); is != digest {
			return fmt.Sprintf("big data %q has digest %s, acknowledged was %s", key, is, digest)
		}
	}
	return ""
}

// census looks for ids and names that occur twice.
func census(all []storage.Container, problem func(format string, args ...any)) (byID map[string]*storage.Container, byName map[string]string) {
	byID, byName = map[string]*storage.Container{}, map[string]string{}
	for i := range all {
		c := &all[i]
		if byID[c.ID] != nil {
			problem("id %s is there twice", c.ID)
		}
		byID[c.ID] = c
		for _, name := range c.Names {
			if other, taken := byName[name]; taken {
				problem("name %q is held by %s and by %s", name, other, c.ID)
			}
			byName[name] = c.ID
		}
	}
	return byID, byName
}
