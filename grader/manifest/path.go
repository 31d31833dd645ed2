package manifest

import (
	"fmt"
	"strconv"
	"strings"
)

// step is a key or an index of a field's path.
type step struct {
	key     string
	index   int
	isIndex bool
}

// Join adds a key to a path. A key with dots is written in brackets, as in
// metadata.annotations[service.beta.kubernetes.io/aws-load-balancer-type].
func Join(path, key string) string {
	switch {
	case key == "":
		return path
	case strings.ContainsAny(key, ".[]"):
		return path + "[" + key + "]"
	case path == "":
		return key
	default:
		return path + "." + key
	}
}

// Key is the last key of a path, an index at its end left out.
func Key(path string) string {
	steps := split(path)
	for i := len(steps) - 1; i >= 0; i-- {
		if !steps[i].isIndex {
			return steps[i].key
		}
	}
	return ""
}

// At adds an index to a path.
func At(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// split cuts a path as [Join] and [At] write it.
func split(path string) []step {
	var steps []step
	for path != "" {
		if path[0] == '.' {
			path = path[1:]
			continue
		}
		if path[0] == '[' {
			inside, rest, _ := strings.Cut(path[1:], "]")
			path = rest
			if i, err := strconv.Atoi(inside); err == nil && i >= 0 {
				steps = append(steps, step{index: i, isIndex: true})
			} else {
				steps = append(steps, step{key: inside})
			}
			continue
		}
		n := strings.IndexAny(path, ".[")
		if n < 0 {
			n = len(path)
		}
		steps = append(steps, step{key: path[:n]})
		path = path[n:]
	}
	return steps
}
