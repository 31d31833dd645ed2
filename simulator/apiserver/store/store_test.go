package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
)

var services = schema.GroupResource{Resource: "services"}

func key(name string) store.Key {
	return store.Key{Resource: services, Namespace: "default", Name: name}
}

func service(name string) *corev1.Service {
	return &corev1.Service{ObjectMeta: metav1.ObjectMeta{Namespace: "default", Name: name}}
}

func TestWrites(t *testing.T) {
	s := store.New(100)
	if err := s.Create(key("a"), service("a")); err != nil {
		t.Fatal(err)
	}
	if err := s.Create(key("a"), service("a")); !errors.Is(err, store.ErrExists) {
		t.Errorf("second create: %v", err)
	}
	if err := s.Update(key("a"), service("a"), "99"); !errors.Is(err, store.ErrConflict) {
		t.Errorf("update of an old version: %v", err)
	}
	if err := s.Update(key("a"), service("a"), "101"); err != nil {
		t.Errorf("update of the current version: %v", err)
	}
	if _, err := s.Delete(key("b"), ""); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("delete of nothing: %v", err)
	}
	gone, err := s.Delete(key("a"), "102")
	if err != nil {
		t.Fatal(err)
	}
	if v := gone.(*corev1.Service).ResourceVersion; v != "103" {
		t.Errorf("deleted at version %s, want 103", v)
	}
}

func TestSince(t *testing.T) {
	s := store.New(0)
	_, changed, err := s.Since(0)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 5000 {
		if err := s.Create(key(fmt.Sprint(i)), service(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case <-changed:
	default:
		t.Error("the watcher was not told")
	}
	if _, _, err := s.Since(0); !errors.Is(err, store.ErrExpired) {
		t.Errorf("watch from the beginning: %v", err)
	}
	events, _, err := s.Since(4998)
	if err != nil || len(events) != 2 || events[0].Version != 4999 {
		t.Errorf("since 4998: %d events, %v", len(events), err)
	}
}

func TestConcurrentWritersLoseNothing(t *testing.T) {
	s := store.New(0)
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			if err := s.Create(key(fmt.Sprint(i)), service(fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if all, v := s.List(services, ""); len(all) != 50 || v != 50 {
		t.Errorf("%d objects at version %d", len(all), v)
	}
}
