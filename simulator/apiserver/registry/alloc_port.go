package registry

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// The words of Kubernetes' port allocator.
var (
	errPortAllocated   = errors.New("provided port is already allocated")
	errPortRangeIsFull = errors.New("range is full")
)

// portAllocator hands out node ports, as pkg/registry/core/service/portallocator.
// It counts numbers, whatever the protocol.
type portAllocator struct {
	first, last int
	static      int // size of the lower band
	intN        func(int) int

	mu   sync.Mutex
	used map[int]bool
}

func newPortAllocator(first, last int, intN func(int) int) *portAllocator {
	size := last - first + 1
	return &portAllocator{
		first: first, last: last, intN: intN, used: make(map[int]bool),
		static: int(staticBand(uint64(size), 32, 16, 128)),
	}
}

// parsePortRange reads FIRST-LAST.
func parsePortRange(s string) (first, last int, err error) {
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		return 0, 0, fmt.Errorf("%q is not FIRST-LAST", s)
	}
	if first, err = strconv.Atoi(from); err != nil {
		return 0, 0, err
	}
	if last, err = strconv.Atoi(to); err != nil {
		return 0, 0, err
	}
	if first < 1 || last > 65535 || last < first {
		return 0, 0, fmt.Errorf("%q is not a range of ports", s)
	}
	return first, last, nil
}

func (a *portAllocator) has(port int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.used[port]
}

func (a *portAllocator) allocate(port int) error {
	if port < a.first || port > a.last {
		return fmt.Errorf("provided port is not in the valid range. The range of valid ports is %d-%d", a.first, a.last)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.used[port] {
		return errPortAllocated
	}
	a.used[port] = true
	return nil
}

func (a *portAllocator) allocateNext() (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, band := range [][2]int{{a.first + a.static, a.last + 1}, {a.first, a.first + a.static}} {
		n := band[1] - band[0]
		if n <= 0 {
			continue
		}
		start := a.intN(n)
		for i := range n {
			port := band[0] + (start+i)%n
			if !a.used[port] {
				a.used[port] = true
				return port, nil
			}
		}
	}
	return 0, errPortRangeIsFull
}

func (a *portAllocator) release(port int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.used, port)
}

// portOperation is what one request takes and gives up, as
// portallocator.PortAllocationOperation.
type portOperation struct {
	ports     *portAllocator
	dryRun    bool
	allocated []int
	released  []int
}

func (o *portOperation) allocate(port int) error {
	if !o.dryRun {
		if err := o.ports.allocate(port); err != nil {
			return err
		}
	} else if o.ports.has(port) || slices.Contains(o.allocated, port) {
		return errPortAllocated // a dry run does not look at the range
	}
	o.allocated = append(o.allocated, port)
	return nil
}

// dryRunPorts is where the numbers that a dry run shows begin.
const dryRunPorts = 32768

func (o *portOperation) allocateNext() (int, error) {
	if o.dryRun {
		port := dryRunPorts
		if len(o.allocated) > 0 {
			port = slices.Max(o.allocated) + 1
		}
		o.allocated = append(o.allocated, port)
		return port, nil
	}
	port, err := o.ports.allocateNext()
	if err == nil {
		o.allocated = append(o.allocated, port)
	}
	return port, err
}

// releaseLater gives a port back if the object is stored.
func (o *portOperation) releaseLater(port int) { o.released = append(o.released, port) }

// end keeps or takes back.
func (o *portOperation) end(stored bool) {
	if o.dryRun {
		return
	}
	give := o.allocated
	if stored {
		give = o.released
	}
	for _, p := range give {
		o.ports.release(p)
	}
}
