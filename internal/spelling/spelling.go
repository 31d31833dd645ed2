// Package spelling tells how far two words are apart, and which of a list one
// may have been meant for.
package spelling

import "strings"

// Near tells whether two words differ by so little that one may be meant for
// the other: in case or separators alone, or in at most two letters and not
// more than a third.
func Near(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	x, y := Plain(a), Plain(b)
	if x == y {
		return true
	}
	if max(len(x), len(y)) > 100 {
		return false // no name or field is that long
	}
	d := Distance(x, y)
	return d <= 2 && 3*d <= max(len(x), len(y)) || len(x) > 3 && len(y) > 3 && (strings.HasPrefix(x, y) || strings.HasPrefix(y, x))
}

// Plain is a word without case and separators.
func Plain(s string) string {
	return strings.NewReplacer("-", "", "_", "", ".", "", " ", "").Replace(strings.ToLower(s))
}

// Nearest is the word of a list that a may be meant for, "" where none is near.
func Nearest(a string, words []string) string {
	best, least := "", 1<<30
	for _, w := range words {
		if Near(a, w) && Distance(Plain(a), Plain(w)) < least {
			best, least = w, Distance(Plain(a), Plain(w))
		}
	}
	return best
}

// maxCompared bounds the work on what somebody pastes into an answer; longer
// ones resemble nothing.
const maxCompared = 200

// Distance is how many letters must be added, left out, changed or swapped
// with their neighbour to make b of a (optimal string alignment). Two that are
// very long are as far apart as can be.
func Distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	if len(s) > maxCompared || len(t) > maxCompared {
		return maxCompared
	}
	before := make([]int, len(t)+1) // two rows up
	above := make([]int, len(t)+1)
	row := make([]int, len(t)+1)
	for j := range above {
		above[j] = j
	}
	for i := range s {
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(above[j]+cost, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(t)]
}
