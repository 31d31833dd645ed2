// Package assets holds the files built into the program that belong to no
// lesson in particular: worlds to start a cluster from and figures for the
// terminal.
//
//	b, err := assets.FS.ReadFile("worlds/lesson.yaml")
package assets

import "embed"

// FS has the folders worlds (NAME.yaml, see package simulator/world) and
// figures (NAME.txt, plain text at most 72 cells wide).
//
//go:embed worlds figures
var FS embed.FS
