// Package english keeps kubectl from parsing a catalogue of translations at
// start-up, which costs every start of the program some 20 ms of processor
// time. kubectl's own words are English already.
//
// It works by being initialised first: Go initialises packages that are ready
// in the order of their import paths, and this one sorts before
// k8s.io/kubectl/pkg/cmd. It must import nothing else of kubectl.
package english

import "k8s.io/kubectl/pkg/util/i18n"

// Only tells that kubectl speaks English only.
var Only = i18n.SetLoadTranslationsFunc(func() error { return nil }) == nil
