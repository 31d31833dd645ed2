package kubectl

import (
	"bytes"
	"context"
	"runtime"
	"strings"
	"testing"
	"weak"
)

// TestLetsGo runs kubectl as often as in an hour of use: nothing of a command
// may stay behind, which in a program that runs many would add up.
func TestLetsGo(t *testing.T) {
	for _, args := range [][]string{{"options"}, {"help", "get"}, {"no-such-command"}, {"__complete", "get", "--outp"}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			out := new(bytes.Buffer)
			kept := weak.Make(out)
			Run(context.Background(), Options{Streams: Streams{In: strings.NewReader(""), Out: out, Err: out}}, args)
			runtime.KeepAlive(out)
			for range 3 {
				runtime.GC()
			}
			if kept.Value() != nil {
				t.Error("what the command wrote to is still held after it ended")
			}
		})
	}
}
