package spelling

import (
	"strings"
	"testing"
)

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"port", "port", 0}, {"port", "prot", 1}, {"port", "ports", 1}, {"", "abc", 3}, {"größe", "große", 1},
		{strings.Repeat("a", 201), "a", maxCompared},
	} {
		if got := Distance(c.a, c.b); got != c.want {
			t.Errorf("%q, %q: %d, want %d", c.a, c.b, got, c.want)
		}
		if got := Distance(c.b, c.a); got != c.want {
			t.Errorf("%q, %q: %d, want %d", c.b, c.a, got, c.want)
		}
	}
}

func TestNearest(t *testing.T) {
	words := []string{"redis-cache", "postgres", "postgres-headless", "pick-the-type"}
	for a, want := range map[string]string{
		"redis_cache": "redis-cache", "Postgres": "postgres", "postgre": "postgres", "postgres-headles": "postgres-headless",
		"redis": "redis-cache", "pick": "pick-the-type", "pi": "", "nginx": "", "": "",
	} {
		if got := Nearest(a, words); got != want {
			t.Errorf("%q: %q, want %q", a, got, want)
		}
	}
}
