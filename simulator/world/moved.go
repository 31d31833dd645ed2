package world

import (
	"reflect"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Present is the moment as of which the files of worlds are written: what one
// says was made an hour before it is an hour old whenever the world is opened.
var Present = time.Date(2026, time.January, 2, 9, 0, 0, 0, time.UTC)

// Born is when the oldest of the nodes was made, zero if none says.
func (w *World) Born() metav1.Time {
	var first metav1.Time
	for _, obj := range w.Objects {
		n, ok := obj.(*corev1.Node)
		if ok && !n.CreationTimestamp.IsZero() && (first.IsZero() || n.CreationTimestamp.Time.Before(first.Time)) {
			first = n.CreationTimestamp
		}
	}
	return first
}

// Moved is the world with all that happened after its nodes were made moved in
// time, so that what was then is now. What is as old as the nodes keeps its
// date. Objects that change are copies.
func (w *World) Moved(then, now time.Time) *World {
	moved := *w
	moved.Objects = make([]runtime.Object, len(w.Objects))
	born := w.Born().Time
	for i, obj := range w.Objects {
		obj = obj.DeepCopyObject()
		move(reflect.ValueOf(obj), born, now.Sub(then))
		moved.Objects[i] = obj
	}
	return &moved
}

// move changes the times in v that come after a moment.
func move(v reflect.Value, after time.Time, by time.Duration) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			move(v.Elem(), after, by)
		}
	case reflect.Slice:
		for i := range v.Len() {
			move(v.Index(i), after, by)
		}
	case reflect.Struct:
		if t, ok := v.Addr().Interface().(*time.Time); ok {
			if t.After(after) {
				*t = t.Add(by)
			}
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				move(v.Field(i), after, by)
			}
		}
	}
}
