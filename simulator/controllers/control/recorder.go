package control

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"

	"github.com/kubetutor/tutor/simulator/apiserver/store"
)

// Recorder writes events as client-go's does (tools/record): an event that
// happens again raises a count, and after ten different ones for the same
// reason within ten minutes further ones are combined.
type Recorder struct {
	ctx     *Context
	groups  map[group]*similar
	last    map[single]store.Key
	written []written // oldest first
}

// written is an event and where it is stored.
type written struct {
	single single
	key    store.Key
}

// group is what events that may be combined have in common.
type group struct {
	component string
	object    types.UID
	field     string
	kind      string // Normal or Warning
	reason    string
}

// single is one event that may happen again.
type single struct {
	group
	message string
}

type similar struct {
	messages sets.Set[string]
	at       time.Time
}

const (
	combineFrom = 10               // different messages of one group
	combineIn   = 10 * time.Minute // since the group's last event
	eventLife   = time.Hour        // kube-apiserver's --event-ttl
	combined    = "(combined from similar events): "
)

func newRecorder(c *Context) *Recorder {
	return &Recorder{ctx: c, groups: map[group]*similar{}, last: map[single]store.Key{}}
}

// Normal records an event about obj, as component.
func (r *Recorder) Normal(component string, obj Object, reason, format string, args ...any) {
	r.record(component, reference(obj, ""), corev1.EventTypeNormal, reason, fmt.Sprintf(format, args...))
}

// Warning records a warning about obj, as component.
func (r *Recorder) Warning(component string, obj Object, reason, format string, args ...any) {
	r.record(component, reference(obj, ""), corev1.EventTypeWarning, reason, fmt.Sprintf(format, args...))
}

// OfField records an event of a type (corev1.EventTypeNormal, …) about a part
// of obj, such as spec.containers{nginx}.
func (r *Recorder) OfField(component string, obj Object, field, eventType, reason, format string, args ...any) {
	r.record(component, reference(obj, field), eventType, reason, fmt.Sprintf(format, args...))
}

func reference(obj Object, field string) corev1.ObjectReference {
	k, _ := kindOf(obj)
	return corev1.ObjectReference{
		APIVersion: k.APIVersion, Kind: k.Kind, Namespace: obj.GetNamespace(), Name: obj.GetName(),
		UID: obj.GetUID(), ResourceVersion: obj.GetResourceVersion(), FieldPath: field,
	}
}

func (r *Recorder) record(component string, about corev1.ObjectReference, eventType, reason, message string) {
	s := single{group{component, about.UID, about.FieldPath, eventType, reason}, message}
	if r.tooSimilar(s) {
		message = combined + message
		s.message = combined
	}
	if r.repeat(s, message) {
		return
	}
	r.create(s, about, message)
}

// tooSimilar counts an event to its group and tells whether it has to be
// combined. The real one then forgets any of the messages; here it is always
// the new one, so that a run repeats.
func (r *Recorder) tooSimilar(s single) bool {
	g := r.groups[s.group]
	if g == nil || r.ctx.now.Sub(g.at) > combineIn {
		g = &similar{messages: sets.New[string]()}
		r.groups[s.group] = g
	}
	g.at = r.ctx.now
	g.messages.Insert(s.message)
	if g.messages.Len() < combineFrom {
		return false
	}
	g.messages.Delete(s.message)
	return true
}

// repeat raises the count of an event that was recorded before.
func (r *Recorder) repeat(s single, message string) bool {
	key, ok := r.last[s]
	if !ok {
		return false
	}
	was, ok := Get[*corev1.Event](r.ctx, Events, key.Namespace, key.Name)
	if !ok {
		return false
	}
	e := was.DeepCopy()
	e.Count++
	e.LastTimestamp = r.ctx.Stamp()
	e.Message = message
	_, err := r.ctx.API.Update(e, "")
	return err == nil
}

func (r *Recorder) create(s single, about corev1.ObjectReference, message string) {
	namespace := about.Namespace
	if namespace == "" {
		namespace = metav1.NamespaceDefault
	}
	now := r.ctx.Stamp()
	e := &corev1.Event{
		ObjectMeta:     metav1.ObjectMeta{Namespace: namespace, Name: r.name(namespace, about.Name)},
		InvolvedObject: about,
		Type:           s.kind, Reason: s.reason, Message: message,
		Source:              corev1.EventSource{Component: s.component},
		ReportingController: s.component,
		FirstTimestamp:      now, LastTimestamp: now, Count: 1,
	}
	if _, err := r.ctx.API.Create(e); err != nil {
		return // events are told if they can be, as the real recorder does
	}
	key := store.Key{Resource: Events, Namespace: namespace, Name: e.Name}
	r.last[s] = key
	r.written = append(r.written, written{s, key})
}

// name is a free one: the object's and the time in nanoseconds.
func (r *Recorder) name(namespace, object string) string {
	for at := r.ctx.now.UnixNano(); ; at++ {
		name := fmt.Sprintf("%s.%x", object, at)
		if !r.ctx.Exists(store.Key{Resource: Events, Namespace: namespace, Name: name}, "") {
			return name
		}
	}
}

// resume takes up the events of a cluster that was stored and is loaded again.
func (r *Recorder) resume() {
	events := List[*corev1.Event](r.ctx, Events, "")
	slices.SortStableFunc(events, func(a, b *corev1.Event) int { return a.LastTimestamp.Compare(b.LastTimestamp.Time) })
	clear(r.last)
	r.written = nil
	for _, e := range events {
		about := e.InvolvedObject
		s := single{group{e.Source.Component, about.UID, about.FieldPath, e.Type, e.Reason}, e.Message}
		if strings.HasPrefix(e.Message, combined) {
			s.message = combined
		}
		key := store.Key{Resource: Events, Namespace: e.Namespace, Name: e.Name}
		r.last[s] = key
		r.written = append(r.written, written{s, key})
	}
}

// expire forgets the events that are older than the server keeps them.
func (r *Recorder) expire() {
	for len(r.written) > 0 {
		key := r.written[0].key
		e, ok := Get[*corev1.Event](r.ctx, Events, key.Namespace, key.Name)
		if ok && r.ctx.now.Sub(e.LastTimestamp.Time) <= eventLife {
			return
		}
		delete(r.last, r.written[0].single)
		r.written = r.written[1:]
		if ok {
			_ = r.ctx.API.Delete(Events, key.Namespace, key.Name, metav1.DeleteOptions{}) // gone is what was wanted
		}
	}
}
