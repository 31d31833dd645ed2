package lessons

import "strings"

// Expectation is one thing that must hold: what was asked for, told as
// behaviour. Exactly one of the pointers is set; package grader says how each
// is tried.
type Expectation struct {
	// ID is unique in its scenario.
	ID string `yaml:"id"`
	// Title is the sentence a learner reads: the symptom, never the cause.
	Title string `yaml:"title"`
	// Moved is done to a copy of the cluster before the expectation is tried.
	Moved *PortMove `yaml:"moved"`
	// Needs are ids of expectations of the same scenario: where one of them
	// does not hold, this one is left untried, since it would fail for the
	// same cause.
	Needs []string `yaml:"needs"`

	Reach     *Reach     `yaml:"reach"`
	Shut      *Reach     `yaml:"shut"`
	Sees      *Reach     `yaml:"sees"`
	Opens     *Opens     `yaml:"opens"`
	Replicas  *Replicas  `yaml:"replicas"`
	Addresses *Addresses `yaml:"addresses"`
	Alias     *Alias     `yaml:"alias"`
	Balancer  *Balancer  `yaml:"balancer"`
	Admits    *Admits    `yaml:"admits"`
	Sticky    *Sticky    `yaml:"sticky"`
	Route     *Route     `yaml:"route"`
	Meter     *Meter     `yaml:"meter"`
	Unchanged *Unchanged `yaml:"unchanged"`
	Calls     *Calls     `yaml:"calls"`
}

// PortMove gives a named port of one pod another number, as a new release of
// the app would.
type PortMove struct {
	App  string `yaml:"app"`
	Port string `yaml:"port"`
	To   int32  `yaml:"to"`
}

// Way is how a client addresses a Service.
type Way string

const (
	// ByName is the Service's DNS name, as written in code of the client's
	// namespace (short) or of another (name.namespace).
	ByName Way = "name"
	// ByNode is the node port on the nodes' own addresses.
	ByNode Way = "node"
	// ByBalancer is the address that the platform's balancer was given.
	ByBalancer Way = "balancer"
)

// Groups of clients.
const (
	Pods    = "pods"    // the client pods of all namespaces
	Outside = "outside" // every outside host, but for those on the nodes' network
)

// Reach is connections that must arrive: from every client to the Service, at
// pods of App alone, on their port Target. As Shut it is connections that
// must not arrive; as Sees those of which the pods must see the client's own
// address.
type Reach struct {
	// From lists clients: pod:NAMESPACE/NAME, node:NAME, external:NAME; or the
	// groups [Pods] and [Outside].
	From      []string `yaml:"from"`
	Service   string   `yaml:"service"`
	Namespace string   `yaml:"namespace"` // production unless said otherwise
	Way       Way      `yaml:"way"`       // name unless said otherwise
	// Port is the Service's port, or the node port where Way is node; there 0
	// is every node port that the Service has.
	Port     int32  `yaml:"port"`
	Protocol string `yaml:"protocol"` // TCP unless said otherwise
	// Nodes are those asked where Way is node; all unless said otherwise.
	Nodes []string `yaml:"nodes"`
	// App is the label app of the pods that must answer, all of them; or else
	// Host the name of a host outside that must.
	App  string `yaml:"app"`
	Host string `yaml:"host"`
	// Target is the name of the pods' port that must answer.
	Target string `yaml:"target"`
}

// Opens is the widest way in that a Service may open: ClusterIP (nothing to
// the outside), NodePort or LoadBalancer.
type Opens struct {
	Service   string `yaml:"service"`
	Namespace string `yaml:"namespace"`
	AtMost    string `yaml:"atMost"`
}

// Replicas asks that POD.SERVICE answers that pod's address, for each pod of
// a StatefulSet.
type Replicas struct {
	Service     string `yaml:"service"`
	Namespace   string `yaml:"namespace"`
	StatefulSet string `yaml:"statefulSet"`
}

// Addresses asks that a Service's own name answers its pods' addresses.
type Addresses struct {
	Service   string `yaml:"service"`
	Namespace string `yaml:"namespace"`
	App       string `yaml:"app"`
}

// Alias asks that a Service's name is an alias for a host outside.
type Alias struct {
	Service   string `yaml:"service"`
	Namespace string `yaml:"namespace"`
	Host      string `yaml:"host"`
}

// Balancer asks for a balancer with these properties; an empty one is not
// asked for. Without a Service it is about the balancers of the namespace's
// Ingresses.
type Balancer struct {
	Service   string `yaml:"service"`
	Namespace string `yaml:"namespace"`
	Kind      string `yaml:"kind"`    // nlb
	Scheme    string `yaml:"scheme"`  // internet-facing, internal
	Targets   string `yaml:"targets"` // ip, instance
}

// Admits asks that a Service's balancer admits these networks and nobody else.
type Admits struct {
	Service   string   `yaml:"service"`
	Namespace string   `yaml:"namespace"`
	Networks  []string `yaml:"networks"`
}

// Sticky asks for session affinity by client address, for so many seconds
// after a client's last connection; for none where Seconds is 0.
type Sticky struct {
	Service   string `yaml:"service"`
	Namespace string `yaml:"namespace"`
	Seconds   int32  `yaml:"seconds"`
}

// Route asks that GET host/path through an Ingress's balancer reaches pods.
type Route struct {
	Host      string   `yaml:"host"`
	Path      string   `yaml:"path"`
	Namespace string   `yaml:"namespace"`
	Service   string   `yaml:"service"`
	App       string   `yaml:"app"`
	From      []string `yaml:"from"`
	// Prefix asks that what is below the path goes the same way.
	Prefix bool `yaml:"prefix"`
}

// Paths are the paths that are asked for, one below included where it has to
// go the same way.
func (r *Route) Paths() []string {
	if !r.Prefix {
		return []string{r.Path}
	}
	return []string{r.Path, strings.TrimSuffix(r.Path, "/") + "/page"}
}

// Meter bounds what is paid for.
type Meter struct {
	// Balancers is how many may stay.
	Balancers int `yaml:"balancers"`
	// Ingresses is how many Ingresses there must be; 0 is any number.
	Ingresses int `yaml:"ingresses"`
}

// Unchanged asks that what worked in the starting world still does: every app
// has as many ready pods as it had, and these Services exist.
type Unchanged struct {
	Namespace string   `yaml:"namespace"`
	Services  []string `yaml:"services"`
}

// Calls asks that an app gets an answer from the URL that an environment
// variable of its pods holds.
type Calls struct {
	Namespace string `yaml:"namespace"`
	App       string `yaml:"app"`
	Variable  string `yaml:"variable"`
	// Absolute tells that the app takes names as they are written, without
	// resolv.conf's search list: nginx's resolver does, and dig.
	Absolute bool `yaml:"absolute"`
	// Answers is the label app of the pods that must answer, or else Host the
	// host outside, under a name that it serves.
	Answers string `yaml:"answers"`
	Host    string `yaml:"host"`
}

// About are the names of the objects without which the expectation cannot be
// tried. What any object of a kind can fulfil has the name "".
func (e *Expectation) About() []string {
	switch {
	case e.Reach != nil:
		return []string{e.Reach.Service}
	case e.Shut != nil:
		return []string{e.Shut.Service, ""}
	case e.Sees != nil:
		return []string{e.Sees.Service}
	case e.Opens != nil:
		return []string{e.Opens.Service}
	case e.Replicas != nil:
		return []string{e.Replicas.Service}
	case e.Addresses != nil:
		return []string{e.Addresses.Service}
	case e.Alias != nil:
		return []string{e.Alias.Service}
	case e.Balancer != nil:
		return []string{e.Balancer.Service}
	case e.Admits != nil:
		return []string{e.Admits.Service}
	case e.Sticky != nil:
		return []string{e.Sticky.Service}
	case e.Route != nil:
		return []string{e.Route.Service, ""}
	}
	return nil
}
