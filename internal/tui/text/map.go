package text

// Map is the cluster's map and the terminal beside it.
type Map struct {
	Map, Shell string

	Outside, Services, Nodes, NoServices, Starting string
	From, To, Source, Answers, Matrix, Changed     string
	NotReady, NoAddress, Pending                   string

	Hop       func(n, of int) string
	Ready     func(n int) string
	Met       func(outcome string) string
	NoService func(name string) string
	More      func(n int) string
	Cost      func(balancers int, hourly, yearly float64) string
	Failed    func(error) string

	// AsItStands is said when a check looks at the cluster, not at the manifest.
	AsItStands string

	// What the keys do.
	NextHop, LastHop, Play, Client, Target, AsMatrix, AsMap, Apply string

	// Of the terminal.
	Welcome                             func(file string) []string
	Running, Complete, History, Leave   string
	Run, Stop, ScrollBack, Search, Code string
	Dropped                             func(lines int) string
}
