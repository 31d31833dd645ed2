package main

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"testing"
)

// TestNothingHeavyIsLinked: what packages do before main costs every start of
// the program, whatever it is started for. Half of it is Chroma's, which Glamour
// brings, and most of the rest kubectl's.
func TestNothingHeavyIsLinked(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "version")
	cmd.Args[0] = "tutor"
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1", "XDG_STATE_HOME="+t.TempDir())
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	packages, allocations := 0, 0
	for _, m := range regexp.MustCompile(`(?m)^init \S+ .* (\d+) allocs$`).FindAllSubmatch(out, -1) {
		n, err := strconv.Atoi(string(m[1]))
		if err != nil {
			t.Fatal(err)
		}
		packages++
		allocations += n
	}
	const most = 140_000
	if packages == 0 || allocations > most {
		t.Errorf("%d packages make %d allocations before main, which may be %d\n%s", packages, allocations, most, out)
	}
}
