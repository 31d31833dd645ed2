package quiz

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/kubetutor/tutor/internal/yamlfile"
)

// Try is what a predict question has somebody do in a cluster: start from a
// world, apply a manifest, then send a packet, ask for a name, or look at a
// Service. Exactly one of To, Name and Show is set, or none where the question
// is whether the manifest is accepted.
type Try struct {
	// World is the name of the world to start from.
	World string `yaml:"world"`
	// ProxyMode is the world's own unless said otherwise.
	ProxyMode string `yaml:"proxyMode"`
	// Apply is one or more manifests, as for kubectl apply.
	Apply string `yaml:"apply"`
	// From is the client: pod:NAMESPACE/NAME, node:NAME or external:NAME.
	From string `yaml:"from"`
	// To is HOST:PORT. HOST is an address, a name as the client would type it,
	// or balancer/NAMESPACE/SERVICE: the address that the platform gave it.
	To string `yaml:"to"`
	// Protocol is TCP unless said otherwise.
	Protocol string `yaml:"protocol"`
	// Name is a DNS name, asked as the client's resolver would, and Type the
	// type of record: A unless said otherwise.
	Name string `yaml:"name"`
	Type string `yaml:"type"`
	// Show is NAMESPACE/SERVICE whose EXTERNAL-IP is looked at.
	Show string `yaml:"show"`
}

// The outcomes of a Try.
const (
	OK        = "ok"      // delivered, or answered
	Refused   = "refused" // connection refused, at once
	TimedOut  = "timeout" // nothing comes back
	NoName    = "no-such-name"
	NoAnswer  = "no-answer" // the name exists and has no record of this type
	Forbidden = "not-permitted"
	Rejected  = "rejected" // the API server refused the manifest
)

// Outcome is what a Try comes to. In an option's When it is a pattern: what is
// left empty is not compared.
type Outcome struct {
	Outcome string `yaml:"outcome"`
	// Sees are the source addresses that the pods see.
	Sees []string `yaml:"sees"`
	// Reaches are the pods that may answer, by name.
	Reaches []string `yaml:"reaches"`
	// Answers are the data of the DNS records, or the EXTERNAL-IP shown.
	Answers []string `yaml:"answers"`
	// Message is the API server's word where it rejected the manifest. In a
	// pattern it is a part of it.
	Message string `yaml:"message"`
}

// String tells an outcome as an author writes it down.
func (o Outcome) String() string {
	text := "outcome: " + o.Outcome
	for _, part := range []struct {
		name string
		list []string
	}{{"sees", o.Sees}, {"reaches", o.Reaches}, {"answers", o.Answers}} {
		if list := slices.Compact(slices.Sorted(slices.Values(part.list))); len(list) > 0 {
			text += fmt.Sprintf(", %s: [%s]", part.name, strings.Join(list, ", "))
		}
	}
	if o.Message != "" {
		text += ", message: " + o.Message
	}
	return text
}

// Predictor finds out what a Try comes to.
type Predictor func(context.Context, Try) (Outcome, error)

// matches tells whether got is what the pattern o says.
func (o *Outcome) matches(got Outcome) bool {
	return o.Outcome == got.Outcome &&
		(o.Sees == nil || sameSet(o.Sees, got.Sees)) &&
		(o.Reaches == nil || sameSet(o.Reaches, got.Reaches)) &&
		(o.Answers == nil || sameSet(o.Answers, got.Answers)) &&
		contains(got.Message, o.Message)
}

func sameSet(a, b []string) bool {
	sorted := func(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }
	return slices.Equal(sorted(a), sorted(b))
}

// Resolve returns a copy of a predict question in which the option that came
// true is marked right; any other kind is returned as it is. It is an error
// where none or several options come true: the question is wrong then, not the
// learner.
func (q *Question) Resolve(ctx context.Context, predict Predictor) (*Question, error) {
	if q.Kind != Predict {
		return q, nil
	}
	got, err := predict(ctx, *q.Try)
	if err != nil {
		return nil, fmt.Errorf("predict the answer of question %q: %w", q.ID, err)
	}
	resolved := *q
	resolved.Options = slices.Clone(q.Options)
	n := 0
	for i := range resolved.Options {
		o := &resolved.Options[i]
		o.Right = o.When != nil && o.When.matches(got)
		if o.Right {
			n++
		}
	}
	if n != 1 {
		return nil, &yamlfile.Problem{File: q.File, Line: q.Line, Message: fmt.Sprintf("question %q: %d options fit what happens, and one should: %v", q.ID, n, got)}
	}
	return &resolved, nil
}
