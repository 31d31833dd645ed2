package grader

import "testing"

func TestAddressSets(t *testing.T) {
	office := setOf([]string{"203.0.113.0/24"})
	for name, tc := range map[string]struct {
		networks    []string
		admits, all bool // covers the office; covered by it
	}{
		"itself":          {[]string{"203.0.113.0/24"}, true, true},
		"halves":          {[]string{"203.0.113.128/25", " 203.0.113.0/25"}, true, true},
		"overlapping":     {[]string{"203.0.113.0/24", "203.0.113.7/32"}, true, true},
		"one host":        {[]string{"203.0.113.7/32"}, false, true},
		"wider":           {[]string{"203.0.112.0/23"}, true, false},
		"everybody":       {[]string{"0.0.0.0/0"}, true, false},
		"all, in halves":  {[]string{"0.0.0.0/1", "128.0.0.0/1"}, true, false},
		"somewhere else":  {[]string{"10.0.0.0/8"}, false, false},
		"no network":      {[]string{"office"}, false, true},
		"and all of IPv6": {[]string{"203.0.113.0/24", "::/0"}, true, false},
		"top of IPv4":     {[]string{"128.0.0.0/1", "::/0"}, true, false},
		"and one besides": {[]string{"203.0.113.0/24", "198.51.100.23/32"}, true, false},
	} {
		set := setOf(tc.networks)
		if set.covers(office) != tc.admits || office.covers(set) != tc.all {
			t.Errorf("%s: covers %v, is covered %v", name, set.covers(office), office.covers(set))
		}
	}
}
