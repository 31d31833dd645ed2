package grader

import "strings"

// near tells whether two words differ by so little that one may be meant for
// the other: in case or separators alone, or in at most two letters and not
// more than a third.
func near(a, b string) bool {
	if a == "" || b == "" {
		return false
	}
	x, y := plain(a), plain(b)
	if x == y {
		return true
	}
	if max(len(x), len(y)) > 100 {
		return false // no name or field is that long
	}
	d := distance(x, y)
	return d <= 2 && 3*d <= max(len(x), len(y)) || len(x) > 3 && len(y) > 3 && (strings.HasPrefix(x, y) || strings.HasPrefix(y, x))
}

// plain is a word without case and separators.
func plain(s string) string {
	return strings.NewReplacer("-", "", "_", "", ".", "", " ", "").Replace(strings.ToLower(s))
}

// nearest is the word of a list that a may be meant for, "" where none is near.
func nearest(a string, words []string) string {
	best, least := "", 1<<30
	for _, w := range words {
		if near(a, w) && distance(plain(a), plain(w)) < least {
			best, least = w, distance(plain(a), plain(w))
		}
	}
	return best
}

// distance is how many letters have to be put in, taken out or changed to
// make one word of another; two neighbours exchanged count as one.
func distance(a, b string) int {
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}
