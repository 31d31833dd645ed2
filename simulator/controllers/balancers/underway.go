package balancers

import (
	"maps"
	"slices"
	"time"

	"github.com/kubetutor/tutor/simulator/cloud"
	"github.com/kubetutor/tutor/simulator/controllers/control"
)

// underway is what a controller remembers of the balancers that do not stand
// yet.
type underway struct {
	made    map[control.Key]time.Time // when the balancer that is being made will stand
	refused map[control.Key]string    // what was last refused, so that it is told once
}

func newUnderway() underway {
	return underway{made: map[control.Key]time.Time{}, refused: map[control.Key]string{}}
}

func (u underway) forget(k control.Key) {
	delete(u.made, k)
	delete(u.refused, k)
}

// retry adds those that were refused: what has become free may serve them.
func (u underway) retry(add func(control.Key)) {
	for _, k := range slices.SortedFunc(maps.Keys(u.refused), control.CompareKeys) {
		add(k)
	}
}

// refuse remembers why there is no balancer and tells whether that is news.
// The real controllers try again by time; here a change makes them, so that a
// cluster comes to rest.
func (u underway) refuse(k control.Key, o cloud.Offering) (news bool) {
	delete(u.made, k)
	news = u.refused[k] != o.Refused.Error()
	u.refused[k] = o.Refused.Error()
	return news
}

// wait is when a balancer that is being made will stand, the zero time once it
// does. It begins with the first call.
func (u underway) wait(k control.Key, now time.Time, takes time.Duration) time.Time {
	at, waiting := u.made[k]
	if !waiting {
		at = now.Add(takes)
		u.made[k] = at
	}
	if at.After(now) {
		return at
	}
	delete(u.made, k)
	return time.Time{}
}
