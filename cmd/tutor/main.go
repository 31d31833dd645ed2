// Command tutor teaches how Kubernetes Services expose an application, in a
// terminal, with a simulated cluster that answers as a real one does.
package main

import "os"

func main() { os.Exit(run(os.Args[1:], fromSystem())) }
