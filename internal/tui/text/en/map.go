package en

import (
	"fmt"

	"github.com/kubetutor/tutor/internal/tui/text"
)

func clusterMap() text.Map {
	return text.Map{
		Map: "map", Shell: "shell",
		Outside: "outside", Services: "Services", Nodes: "nodes", NoServices: "none yet", Starting: "The cluster is starting …",
		From: "from", To: "to", Source: "source", Answers: "may answer", Matrix: "who reaches what", Changed: "· changed since the last check",
		NotReady: "not ready", NoAddress: "no address", Pending: "<pending>",

		Hop:   func(n, of int) string { return fmt.Sprintf("hop %d of %d", n, of) },
		Ready: func(n int) string { return plural(n, "endpoint", "endpoints") },
		Met: func(outcome string) string {
			switch outcome {
			case "ok":
				return "answered"
			case "timeout":
				return "no answer until the client gives up"
			case "refused":
				return "connection refused"
			case "no-such-name":
				return "no such name"
			case "not-permitted":
				return "not permitted"
			}
			return outcome
		},
		NoService: func(name string) string {
			return fmt.Sprintf("There is no Service %s in this cluster, so its name has no address. Apply a manifest that makes it.", name)
		},
		More: func(n int) string { return fmt.Sprintf("and %d more", n) },
		Cost: func(balancers int, hourly, yearly float64) string {
			return fmt.Sprintf("%s   $%.4f an hour   $%.0f a year", plural(balancers, "load balancer", "load balancers"), hourly, yearly)
		},
		Failed: func(err error) string { return fmt.Sprintf("The cluster could not be started: %v", err) },

		AsItStands: "Checked the cluster as it stands: it was changed in the shell after the manifest.",

		NextHop: "next hop", LastHop: "hop back", Play: "walk", Client: "from", Target: "to", AsMatrix: "matrix", AsMap: "map", Apply: "apply",

		Welcome: func(file string) []string {
			return []string{
				"A shell in this task's own cluster. kubectl works from everywhere; curl,",
				"dig, nslookup and the like ask from the client that the prompt names.",
				"at CLIENT goes to another one (tab names them); help lists the tools.",
				"kubectl apply -f " + file + " applies what stands in the editor.",
			}
		},
		Running: "running", Complete: "complete", History: "history", Leave: "leave the shell", Run: "run", Stop: "stop",
		ScrollBack: "scroll", Search: "search: ", Code: "exit",
		Dropped: func(n int) string { return fmt.Sprintf("… %s more were left out", plural(n, "line", "lines")) },
	}
}
