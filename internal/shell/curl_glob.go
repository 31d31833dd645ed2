package shell

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// maxGlob is how many URLs one pattern may stand for.
const maxGlob = 1000

var curlGlob = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\{([^{}]*)\}|\[(\d+)-(\d+)(?::(\d+))?\]|\[([a-z])-([a-z])\]`)
})

// globURLs are the URLs that a pattern with {a,b} or [1-3] stands for, the
// last part changing fastest.
func globURLs(pattern string) []string {
	at := curlGlob().FindStringSubmatchIndex(pattern)
	if at == nil {
		return []string{pattern}
	}
	group := func(i int) string {
		if at[2*i] < 0 {
			return ""
		}
		return pattern[at[2*i]:at[2*i+1]]
	}
	var choices []string
	switch {
	case at[4] >= 0:
		choices = numbers(group(2), group(3), group(4))
	case at[10] >= 0:
		for c := group(5)[0]; c <= group(6)[0]; c++ {
			choices = append(choices, string(c))
		}
	default:
		choices = strings.Split(group(1), ",")
	}
	var all []string
	rest := globURLs(pattern[at[1]:])
	for _, c := range choices {
		for _, r := range rest {
			if len(all) == maxGlob {
				return all
			}
			all = append(all, pattern[:at[0]]+c+r)
		}
	}
	return all
}

// numbers counts, as wide as the first is written.
func numbers(first, last, step string) []string {
	from, _ := strconv.Atoi(first)
	to, _ := strconv.Atoi(last)
	by, _ := strconv.Atoi(step)
	var all []string
	for n := from; n <= to && len(all) < maxGlob; n += max(by, 1) {
		all = append(all, fmt.Sprintf("%0*d", len(first), n))
	}
	return all
}
