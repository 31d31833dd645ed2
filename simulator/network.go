package simulator

import (
	"github.com/kubetutor/tutor/simulator/dataplane"
)

// Network is the cluster's data plane as it is now.
func (c *Cluster) Network() *dataplane.Network {
	st := c.State()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.network == nil || c.network.State() != st {
		c.network = dataplane.New(st)
	}
	return c.network
}

// Probe says what a packet meets in the cluster as it is now.
func (c *Cluster) Probe(p dataplane.Packet) dataplane.Trace { return c.Network().Probe(p) }
