// Package classroom is what a teacher sets for a class and sees of it. It
// knows no database, no server and no screen: package store keeps the class,
// package server lets learners in, internal/tui and package page show it.
//
//	b := classroom.NewBoard(class, learners, attempts, hints, now)
//	for _, row := range b.Rows { // who is stuck, before who is fast
//		fmt.Println(row.State, row.Name, row.Place)
//	}
package classroom

import (
	"slices"
	"time"
)

// Class is what the teacher has set for everybody.
type Class struct {
	Title string `json:"title,omitempty"`
	// Code lets learners without a key join.
	Code string `json:"code,omitempty"`
	// Token opens the page for the projector.
	Token string `json:"token,omitempty"`
	// Teachers are the fingerprints of the keys that open the dashboard.
	Teachers []string `json:"teachers,omitempty"`
	// Closed are the sections that are not open yet.
	Closed []string `json:"closed,omitempty"`
	// HoldHints tells that no hints are given.
	HoldHints bool `json:"holdHints,omitempty"`
	// Message is shown to everybody, from At on.
	Message string    `json:"message,omitempty"`
	At      time.Time `json:"at,omitzero"`
	// Quiz is a quiz that everybody takes now.
	Quiz *Quiz `json:"quiz,omitempty"`
}

// Quiz is a timed quiz: its questions are those of a topic, all without one.
type Quiz struct {
	Topic string    `json:"topic,omitempty"`
	Ends  time.Time `json:"ends"`
}

// IsClosed tells whether a section is not open yet.
func (c *Class) IsClosed(section string) bool { return slices.Contains(c.Closed, section) }

// Toggle opens a closed section and closes an open one.
func (c *Class) Toggle(section string) {
	if i := slices.Index(c.Closed, section); i >= 0 {
		c.Closed = slices.Delete(slices.Clone(c.Closed), i, i+1)
		return
	}
	c.Closed = append(slices.Clone(c.Closed), section)
}

// IsTeacher tells whether a key's fingerprint opens the dashboard.
func (c *Class) IsTeacher(fingerprint string) bool {
	return fingerprint != "" && slices.Contains(c.Teachers, fingerprint)
}

// Learner is somebody in the class.
type Learner struct {
	ID     string // made from the key, or from the name where there is none
	Name   string
	Joined time.Time
	// Seen is when something was last heard of them; Place where they are, in
	// the form SCREEN:ID, and Since when they came there.
	Seen  time.Time
	Place string
	Since time.Time
}

// Attempt is one check of one learner.
type Attempt struct {
	Learner   string
	Task      string
	At        time.Time
	Passed    bool
	Diagnoses []string
}

// Hints is how many rungs of a task's ladder a learner was shown.
type Hints struct {
	Learner string
	Task    string
	Shown   int
}
