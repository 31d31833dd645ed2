package dns_test

import (
	"fmt"
	"time"

	"github.com/kubetutor/tutor/assets"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/dns"
	"github.com/kubetutor/tutor/simulator/world"
)

func Example() {
	file, err := assets.FS.Open("worlds/lesson.yaml")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer file.Close()
	w, err := world.Load(file)
	if err != nil {
		fmt.Println(err)
		return
	}
	c, err := simulator.New(simulator.Options{World: w, Start: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()

	zone := dns.New(c.State())
	for _, name := range []string{"kubernetes.default.svc.cluster.local", "kubernetes.production.svc.cluster.local"} {
		m := zone.Answer(dns.Question{Name: name, Type: dns.A})
		fmt.Println(m.Rcode, m.Answer)
	}
	// Output:
	// NOERROR [{kubernetes.default.svc.cluster.local. A 10.96.0.1 30}]
	// NXDOMAIN []
}
