package control

import (
	"cmp"
	"container/heap"
	"time"
)

// Key names what a controller looks at. Kind is the controller's own word
// where it looks at several kinds of things, and may be empty.
type Key struct{ Kind, Namespace, Name string }

// item is a key of one of the loop's controllers.
type item struct {
	controller int
	key        Key
}

// queue holds what has to be looked at, each thing once, first come first
// served, and what has to be looked at later.
type queue struct {
	waiting []item
	queued  map[item]bool
	later   timers
	dueAt   map[item]time.Time
	count   int
}

func newQueue() *queue {
	return &queue{queued: map[item]bool{}, dueAt: map[item]time.Time{}}
}

func (q *queue) add(it item) {
	if !q.queued[it] {
		q.queued[it] = true
		q.waiting = append(q.waiting, it)
	}
}

func (q *queue) pop() (item, bool) {
	if len(q.waiting) == 0 {
		return item{}, false
	}
	it := q.waiting[0]
	q.waiting = q.waiting[1:]
	delete(q.queued, it)
	return it, true
}

// addAt adds an item at a time; the earlier one counts if it waits already.
func (q *queue) addAt(it item, at time.Time) {
	if was, ok := q.dueAt[it]; ok && !at.Before(was) {
		return
	}
	q.dueAt[it] = at
	q.count++
	heap.Push(&q.later, timer{at: at, order: q.count, item: it})
}

// release moves what is due to those waiting.
func (q *queue) release(now time.Time) {
	for len(q.later) > 0 && !q.later[0].at.After(now) {
		t := heap.Pop(&q.later).(timer)
		if q.dueAt[t.item].Equal(t.at) {
			delete(q.dueAt, t.item)
			q.add(t.item)
		}
	}
}

// next is when something is due, the zero time when nothing is.
func (q *queue) next() time.Time {
	for len(q.later) > 0 && !q.dueAt[q.later[0].item].Equal(q.later[0].at) {
		heap.Pop(&q.later) // an earlier time took its place
	}
	if len(q.later) == 0 {
		return time.Time{}
	}
	return q.later[0].at
}

type timer struct {
	at    time.Time
	order int
	item  item
}

// timers is a heap by time, in order of arrival within one.
type timers []timer

func (t timers) Len() int { return len(t) }
func (t timers) Less(i, j int) bool {
	if t[i].at.Equal(t[j].at) {
		return t[i].order < t[j].order
	}
	return t[i].at.Before(t[j].at)
}
func (t timers) Swap(i, j int) { t[i], t[j] = t[j], t[i] }
func (t *timers) Push(x any)   { *t = append(*t, x.(timer)) }
func (t *timers) Pop() any {
	last := (*t)[len(*t)-1]
	*t = (*t)[:len(*t)-1]
	return last
}

// CompareKeys orders keys by kind, namespace and name.
func CompareKeys(a, b Key) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
}
