package kubectl

import (
	"sync"

	"k8s.io/klog/v2"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
)

// exit is the panic that ends a command where kubectl would end the process.
type exit struct {
	message string
	code    int
}

// setUp takes from kubectl and its log the right to end the process. They keep
// that in package variables, so it is done once.
var setUp = sync.OnceFunc(func() {
	cmdutil.BehaviorOnFatal(func(message string, code int) { panic(exit{message, code}) })
	klog.OsExit = func(code int) { panic(exit{code: code}) }
})
