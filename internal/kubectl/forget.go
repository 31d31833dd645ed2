package kubectl

import (
	"sync"
	_ "unsafe" // go:linkname wants it

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// cobra notes what completes a flag in a variable of its own, for good: where
// kubectl runs many times in one process, each run's whole tree of commands
// would stay, half a megabyte a command. There is no function to take a flag
// out again, hence the way in by name. TestLetsGo holds it.
//
//go:linkname flagCompletions github.com/spf13/cobra.flagCompletionFunctions
var flagCompletions map[*pflag.Flag]cobra.CompletionFunc

//go:linkname flagCompletionsLock github.com/spf13/cobra.flagCompletionMutex
var flagCompletionsLock *sync.RWMutex

// forget lets a tree of commands go that has run.
func forget(root *cobra.Command) {
	forgetFlags(root.PersistentFlags())
	forgetFlags(root.Flags())
	for _, c := range root.Commands() {
		forget(c)
	}
}

// forgetFlags lets flags go.
func forgetFlags(flags *pflag.FlagSet) {
	flagCompletionsLock.Lock()
	defer flagCompletionsLock.Unlock()
	flags.VisitAll(func(f *pflag.Flag) { delete(flagCompletions, f) })
}
