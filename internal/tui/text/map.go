package text

// Map is the cluster's map and the terminal beside it.
type Map struct {
	Map, Shell string

	Outside, Services, Nodes, NoServices, Starting string
	Source, Matrix, Balancers                      string
	NotReady, NoNode, Pending, Headless, Internal  string

	// What the signs of the matrix mean.
	Answered, SomeFail, Silence, RefusedOrNoName, Changed string

	Hop   func(n, of int) string
	Ready func(ready, all int) string
	Met   func(outcome string) string
	// Outcome is what a client meets, in a sentence; of those that may be
	// chosen, some answer and some fail.
	Outcome   func(from, to, outcome string, answer, fail int) string
	SendIt    func(from string) string
	NoService func(name string) string
	More      func(n int) string
	Cost      func(hourly, yearly float64) string
	Failed    func(error) string

	// AsItStands is said when a check looks at the cluster, not at the manifest.
	AsItStands string

	// What the keys do.
	NextHop, LastHop, Play, Client, Target, AsMatrix, AsMap, WalkIt, Address, Apply string

	AddressTitle, AddressPrompt string

	// Of the terminal.
	// Shared says that the learner's other programs see the cluster.
	Shared                                  string
	Welcome                                 func(file string) []string
	Running, Complete, History, Leave       string
	Run, Older, Stop, ScrollBack            string
	Search, Code                            string
	Clear, SaveEdit, LeaveEdit, NotSavedYet string
	Editing                                 func(name string) string
	Dropped                                 func(lines int) string
}
