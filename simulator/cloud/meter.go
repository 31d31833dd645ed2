package cloud

import (
	_ "embed"
	"sync"

	"sigs.k8s.io/yaml"

	"github.com/kubetutor/tutor/simulator/state"
	"github.com/kubetutor/tutor/simulator/world"
)

// Rate is a price with where and when it was read.
type Rate struct {
	Platform world.Platform `json:"platform"`
	Item     string         `json:"item"`
	Hourly   float64        `json:"hourly"` // US dollars
	Region   string         `json:"region"`
	Source   string         `json:"source"`
	Date     string         `json:"date"`
}

// The items of prices.yaml that are not balancers' kinds.
const (
	publicIPv4     = "public IPv4 address"
	googleFirst    = "forwarding rules, the first five together"
	googleFurther  = "further forwarding rule"
	azureFirst     = "Standard Load Balancer, five rules included"
	azureFurther   = "further rule"
	rulesInOnePack = 5
)

//go:embed prices.yaml
var priceList []byte

// Rates are the list prices, in the order of the file.
var Rates = sync.OnceValue(func() []Rate {
	var list []Rate
	if err := yaml.UnmarshalStrict(priceList, &list); err != nil {
		panic("prices.yaml: " + err.Error()) // embedded, and read by the tests
	}
	return list
})

// Line is one entry of a bill.
type Line struct {
	// For is the Service (namespace/name) or balancer that costs it.
	For   string
	Count int
	Rate  Rate
}

// Hourly is what the line costs an hour, in US dollars.
func (l Line) Hourly() float64 { return float64(l.Count) * l.Rate.Hourly }

// Bill is what stands and costs.
type Bill struct {
	Lines []Line
	// Balancers is how many load balancers are paid for.
	Balancers int
}

// Hourly is the sum an hour, in US dollars.
func (b Bill) Hourly() float64 {
	var sum float64
	for _, l := range b.Lines {
		sum += l.Hourly()
	}
	return sum
}

// hoursInYear are those of 365 days, as the platforms' own sums take them.
const hoursInYear = 24 * 365

// Yearly is the sum a year, in US dollars.
func (b Bill) Yearly() float64 { return b.Hourly() * hoursInYear }

// Meter is what the load balancers of a state cost while they stand idle.
// Bare metal and MetalLB cost nothing an hour.
func Meter(st *state.State) Bill {
	balancers, zones := Balancers(st), len(Zones(Eligible(st.Nodes)))
	switch st.World.Platform {
	case world.EKS:
		return meterAWS(balancers, zones)
	case world.GKE:
		return meterRules(world.GKE, balancers, googleFirst, googleFurther)
	case world.AKS:
		return meterAzure(balancers)
	}
	return Bill{}
}

func meterAWS(balancers []Balancer, zones int) Bill {
	bill := Bill{Balancers: len(balancers)}
	for _, b := range balancers {
		bill.add(b.label(), 1, world.EKS, string(b.Product))
		if !b.Internal {
			bill.add(b.label(), zones, world.EKS, publicIPv4)
		}
	}
	return bill
}

// meterRules bills by rule: a pack of the first five, then each.
func meterRules(platform world.Platform, balancers []Balancer, first, further string) Bill {
	bill := Bill{Balancers: len(balancers)}
	rules := 0
	for _, b := range balancers {
		if platform == world.GKE {
			rules++ // a forwarding rule holds all ports of a Service
		} else {
			rules += len(b.Service.Spec.Ports)
		}
	}
	if rules > 0 {
		bill.add("all load balancers", 1, platform, first)
	}
	if rules > rulesInOnePack {
		bill.add("all load balancers", rules-rulesInOnePack, platform, further)
	}
	return bill
}

// meterAzure bills the one balancer that all Services share (a second one for
// internal frontends) and each public address.
func meterAzure(balancers []Balancer) Bill {
	shared := map[bool]bool{}
	for _, b := range balancers {
		shared[b.Internal] = true
	}
	bill := meterRules(world.AKS, balancers, azureFirst, azureFurther)
	bill.Balancers = len(shared)
	for i := range bill.Lines {
		if bill.Lines[i].Rate.Item == azureFirst {
			bill.Lines[i].Count = len(shared)
		}
	}
	for _, b := range balancers {
		if !b.Internal {
			bill.add(b.label(), len(b.Addresses), world.AKS, publicIPv4)
		}
	}
	return bill
}

func (b *Bill) add(what string, count int, platform world.Platform, item string) {
	for _, r := range Rates() {
		if r.Platform == platform && r.Item == item {
			b.Lines = append(b.Lines, Line{For: what, Count: count, Rate: r})
		}
	}
}

// label names a balancer on a bill by what it stands for.
func (b *Balancer) label() string {
	if b.Service != nil {
		return state.Of(b.Service).String()
	}
	return state.Of(b.Ingresses[0]).String()
}
