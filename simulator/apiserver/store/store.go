// Package store keeps the cluster's objects, as etcd does for a real one:
// objects by resource, namespace and name, a resource version that grows with
// every write, and a log of changes to watch.
//
// Objects are typed (k8s.io/api) and immutable once stored: Get and List hand
// out the stored pointers, and whoever wants to change one makes a DeepCopy
// and writes that. That makes reading free and a snapshot cheap.
package store

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// The errors of reads and writes. The API layer words them for its callers.
var (
	ErrNotFound = errors.New("not found")
	ErrExists   = errors.New("already exists")
	ErrConflict = errors.New("the object has been modified")
	// ErrExpired is a watch from a resource version older than the log.
	ErrExpired = errors.New("too old resource version")
)

// Key says where an object is stored. Namespace is empty for kinds without.
type Key struct {
	Resource        schema.GroupResource
	Namespace, Name string
}

// String is resource/namespace/name.
func (k Key) String() string {
	return strings.Join([]string{k.Resource.String(), k.Namespace, k.Name}, "/")
}

// EventType tells what happened to an object.
type EventType string

// What happens to objects.
const (
	Added    EventType = "ADDED"
	Modified EventType = "MODIFIED"
	Deleted  EventType = "DELETED"
)

// Event is one change. Object is the state after it (for Deleted: the last
// one, with the resource version of the deletion); Old the state before,
// nil for Added.
type Event struct {
	Type    EventType
	Key     Key
	Version int64
	Object  runtime.Object
	Old     runtime.Object
}

// logSize is how many changes a watcher may lag behind before its resource
// version has expired.
const logSize = 1024

// Store keeps objects. It is safe for concurrent use.
type Store struct {
	mu      sync.RWMutex
	version int64
	items   map[schema.GroupResource]map[string]map[string]runtime.Object // resource, namespace, name
	log     []Event
	first   int64 // resource version before log[0]
	changed chan struct{}
}

// New makes an empty store whose first write gets version from+1.
func New(from int64) *Store {
	return &Store{
		version: from,
		first:   from,
		items:   make(map[schema.GroupResource]map[string]map[string]runtime.Object),
		changed: make(chan struct{}),
	}
}

// Version is the resource version of the latest write.
func (s *Store) Version() int64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.version
}

// Get returns the object at k or ErrNotFound.
func (s *Store) Get(k Key) (runtime.Object, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if o, ok := s.items[k.Resource][k.Namespace][k.Name]; ok {
		return o, nil
	}
	return nil, fmt.Errorf("%v: %w", k, ErrNotFound)
}

// List returns the objects of a resource, those of one namespace or of all
// ("" means all), sorted by namespace and name, and the version of the list.
func (s *Store) List(r schema.GroupResource, namespace string) ([]runtime.Object, int64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []runtime.Object
	if namespace != "" {
		return appendSorted(out, s.items[r][namespace]), s.version
	}
	for _, ns := range sortedKeys(s.items[r]) {
		out = appendSorted(out, s.items[r][ns])
	}
	return out, s.version
}

// All returns every object of every resource in one consistent view, with its
// version.
func (s *Store) All() ([]runtime.Object, int64) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	resources := make([]schema.GroupResource, 0, len(s.items))
	for r := range s.items {
		resources = append(resources, r)
	}
	slices.SortFunc(resources, func(a, b schema.GroupResource) int { return strings.Compare(a.String(), b.String()) })
	var out []runtime.Object
	for _, r := range resources {
		for _, ns := range sortedKeys(s.items[r]) {
			out = appendSorted(out, s.items[r][ns])
		}
	}
	return out, s.version
}

// Create stores a new object and sets its resource version. The store keeps
// obj itself: the caller must not change it afterwards.
func (s *Store) Create(k Key, obj runtime.Object) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.items[k.Resource][k.Namespace][k.Name]; ok {
		return fmt.Errorf("%v: %w", k, ErrExists)
	}
	return s.write(Event{Type: Added, Key: k, Object: obj})
}

// Update replaces the object at k if its resource version is still expect (""
// means whatever it is). The store keeps obj itself.
func (s *Store) Update(k Key, obj runtime.Object, expect string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, err := s.expect(k, expect)
	if err != nil {
		return err
	}
	return s.write(Event{Type: Modified, Key: k, Object: obj, Old: old})
}

// Delete removes the object at k if its resource version is still expect (""
// means whatever it is) and returns what it was, with the version of the
// deletion.
func (s *Store) Delete(k Key, expect string) (runtime.Object, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old, err := s.expect(k, expect)
	if err != nil {
		return nil, err
	}
	gone := old.DeepCopyObject()
	if err := s.write(Event{Type: Deleted, Key: k, Object: gone, Old: old}); err != nil {
		return nil, err
	}
	return gone, nil
}

func (s *Store) expect(k Key, version string) (runtime.Object, error) {
	old, ok := s.items[k.Resource][k.Namespace][k.Name]
	if !ok {
		return nil, fmt.Errorf("%v: %w", k, ErrNotFound)
	}
	if version == "" {
		return old, nil
	}
	m, err := meta.Accessor(old)
	if err != nil {
		return nil, err
	}
	if m.GetResourceVersion() != version {
		return nil, fmt.Errorf("%v: %w", k, ErrConflict)
	}
	return old, nil
}

// write applies and logs one change. The caller holds the lock.
func (s *Store) write(e Event) error {
	m, err := meta.Accessor(e.Object)
	if err != nil {
		return fmt.Errorf("store %v: %w", e.Key, err)
	}
	s.version++
	e.Version = s.version
	m.SetResourceVersion(strconv.FormatInt(s.version, 10))
	byNamespace := s.items[e.Key.Resource]
	if byNamespace == nil {
		byNamespace = make(map[string]map[string]runtime.Object)
		s.items[e.Key.Resource] = byNamespace
	}
	byName := byNamespace[e.Key.Namespace]
	if byName == nil {
		byName = make(map[string]runtime.Object)
		byNamespace[e.Key.Namespace] = byName
	}
	if e.Type == Deleted {
		delete(byName, e.Key.Name)
	} else {
		byName[e.Key.Name] = e.Object
	}
	s.log = append(s.log, e)
	if len(s.log) >= 2*logSize {
		cut := len(s.log) - logSize
		s.first = s.log[cut-1].Version
		s.log = slices.Clone(s.log[cut:])
	}
	close(s.changed)
	s.changed = make(chan struct{})
	return nil
}

// Since returns the changes after a resource version, and a channel that is
// closed at the next write. A version older than the log is ErrExpired. A
// watcher loops over the two, so that one that never reads holds up nobody.
func (s *Store) Since(version int64) ([]Event, <-chan struct{}, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if version < s.first {
		return nil, nil, fmt.Errorf("%d (the oldest is %d): %w", version, s.first, ErrExpired)
	}
	i, _ := slices.BinarySearchFunc(s.log, version+1, func(e Event, v int64) int { return int(e.Version - v) })
	return s.log[i:len(s.log):len(s.log)], s.changed, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func appendSorted(out []runtime.Object, m map[string]runtime.Object) []runtime.Object {
	for _, k := range sortedKeys(m) {
		out = append(out, m[k])
	}
	return out
}
