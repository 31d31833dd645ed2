package kubectl

import (
	"sync"

	"github.com/go-logr/logr"
	"k8s.io/klog/v2"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
)

// exit is the panic that ends a command where kubectl would end the process.
type exit struct {
	message string
	code    int
}

// setUp takes from kubectl and its log the right to end the process, and the
// log itself, which would write into whatever is on the screen: the simulated
// server runs in this process too and logs what a real one keeps to itself.
// All of that is in package variables, so it is done once.
var setUp = sync.OnceFunc(func() {
	cmdutil.BehaviorOnFatal(func(message string, code int) { panic(exit{message, code}) })
	klog.SetLogger(logr.Discard())
	klog.OsExit = func(code int) { panic(exit{code: code}) }
})
