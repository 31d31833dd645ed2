package en

import (
	"fmt"

	"github.com/kubetutor/tutor/internal/tui/text"
)

func clusterMap() text.Map {
	return text.Map{
		Map: "map", Shell: "shell",
		Outside: "outside", Services: "Services", Nodes: "nodes", NoServices: "none yet", Starting: "The cluster is starting …",
		Source: "source", Matrix: "who reaches what", Balancers: "balancers",
		NotReady: "not ready", NoNode: "on no node", Pending: "<pending>", Headless: "headless", Internal: "internal",
		Answered: "answered", SomeFail: "sometimes", Silence: "no answer", RefusedOrNoName: "refused, no name", Changed: "changed since the check",

		Hop: func(n, of int) string { return fmt.Sprintf("hop %d of %d", n, of) },
		Ready: func(ready, all int) string {
			if ready == all {
				return plural(all, "endpoint", "endpoints")
			}
			return fmt.Sprintf("%d of %d ready", ready, all)
		},
		Outcome: outcomeSentence,
		SendIt:  func(from string) string { return fmt.Sprintf("The packet is still at %s.", from) },
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
		Cost: func(hourly, yearly float64) string {
			return fmt.Sprintf("$%.4f an hour, $%.0f a year", hourly, yearly)
		},
		Failed: func(err error) string { return fmt.Sprintf("The cluster could not be started: %v", err) },

		AsItStands: "Checked the cluster as the shell left it, not the manifest.",

		NextHop: "next hop", LastHop: "hop back", Play: "play", Client: "from", Target: "to", AsMatrix: "matrix", AsMap: "map", Apply: "apply",
		WalkIt: "walk it", Address: "address",

		AddressTitle: "Call another address", AddressPrompt: "A name or an address with a port, such as cart-svc:80 or 10.96.0.10:53. The chosen client calls it.",

		Shared: "tutor kubectl in another window works on this cluster too, while it is open here.",
		Welcome: func(file string) []string {
			return []string{
				"A shell in this task's own cluster. kubectl works from everywhere; curl, dig, nslookup and the like ask from the client that the prompt names.",
				"at CLIENT goes to another one (tab names them); help lists the tools.",
				"kubectl apply -f " + file + " applies what stands in the editor.",
			}
		},
		Running: "running", Complete: "complete", History: "history", Leave: "leave the shell", Run: "run", Older: "older one", Stop: "stop",
		ScrollBack: "scroll", Search: "search: ", Code: "exit", Clear: "clear the screen",
		SaveEdit: "save and close", LeaveEdit: "close without saving", NotSavedYet: "Not saved. F7 saves; once more closes it without saving.",
		Editing: func(name string) string { return "Editing " + name },
		Dropped: func(n int) string { return fmt.Sprintf("… %s more were left out", plural(n, "line", "lines")) },
	}
}

func outcomeSentence(from, to, outcome string, answer, fail int) string {
	switch {
	case outcome == "ok" && fail > 0:
		return fmt.Sprintf("%s reaches %s sometimes: of %d that may be met, %d fail.", from, to, answer+fail, fail)
	case outcome == "ok":
		return fmt.Sprintf("%s reaches %s.", from, to)
	case outcome == "timeout":
		return fmt.Sprintf("%s does not reach %s: nothing answers, until it gives up.", from, to)
	case outcome == "refused":
		return fmt.Sprintf("%s does not reach %s: the connection is refused.", from, to)
	case outcome == "no-such-name":
		return fmt.Sprintf("%s finds no address for %s.", from, to)
	case outcome == "not-permitted":
		return fmt.Sprintf("%s does not reach %s: its own node stops the packet.", from, to)
	}
	return outcome
}
