package registry

import (
	"fmt"
	"net/http"
	"net/netip"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	netutils "k8s.io/utils/net"
)

// serviceAllocator gives Services their cluster IP and node ports, as
// pkg/registry/core/service/storage does. The cluster has one service network.
type serviceAllocator struct {
	ips   *ipAllocator
	ports *portAllocator
}

// begin is the storage's beginCreate and beginUpdate: it runs before
// validation, so that what it finds wrong is told alone.
func (a *serviceAllocator) begin(req Request, s, old *corev1.Service) (transaction, error) {
	if old != nil {
		patchAllocatedValues(s, old)
	}
	normalizeClusterIPs(s, old)
	if err := a.initIPFamilies(s, old); err != nil {
		return nil, err
	}
	var txn transaction
	end, err := a.clusterIPs(req, s, old)
	if err != nil {
		return nil, err
	}
	txn = append(txn, end)
	op := &portOperation{ports: a.ports, dryRun: req.DryRun}
	txn = append(txn, op.end)
	if err := a.nodePorts(op, s, old); err != nil {
		txn.end(false)
		return nil, err
	}
	return txn, nil
}

// clusterIPs allocates or gives up the cluster IP.
func (a *serviceAllocator) clusterIPs(req Request, s, old *corev1.Service) (func(bool), error) {
	nothing := func(bool) {}
	switch {
	case old == nil || !needsClusterIP(old):
		if !needsClusterIP(s) || slices.Equal(s.Spec.ClusterIPs, []string{corev1.ClusterIPNone}) {
			return nothing, nil
		}
		return a.takeClusterIP(req, s)
	case needsClusterIP(s) || isHeadless(old):
		return nothing, nil
	}
	gone := old.Spec.ClusterIPs
	return func(stored bool) {
		if stored && !req.DryRun {
			a.releaseIPs(gone)
		}
	}, nil
}

// takeClusterIP allocates the address asked for or any.
func (a *serviceAllocator) takeClusterIP(req Request, s *corev1.Service) (func(bool), error) {
	var ip netip.Addr
	if len(s.Spec.ClusterIPs) > 0 && s.Spec.ClusterIPs[0] != "" {
		asked := s.Spec.ClusterIPs[0]
		ip = parseIP(asked)
		if err := a.ips.allocate(ip, req.DryRun); err != nil {
			return nil, invalidService(s, field.Invalid(field.NewPath("spec", "clusterIPs"), s.Spec.ClusterIPs,
				fmt.Sprintf("failed to allocate IP %v: %v", asked, err)))
		}
	} else {
		var err error
		if ip, err = a.ips.allocateNext(req.DryRun); err != nil {
			return nil, errors.NewInternalError(fmt.Errorf("failed to allocate a serviceIP: %v", err))
		}
		s.Spec.ClusterIPs = []string{ip.String()}
	}
	s.Spec.ClusterIP = s.Spec.ClusterIPs[0]
	return func(stored bool) {
		if !stored && !req.DryRun {
			a.ips.release(ip)
		}
	}, nil
}

// parseIP reads an address as generously as old Kubernetes fields do.
func parseIP(s string) netip.Addr {
	ip, _ := netip.AddrFromSlice(netutils.ParseIPSloppy(s))
	return ip.Unmap()
}

func (a *serviceAllocator) releaseIPs(ips []string) {
	for _, ip := range ips {
		a.ips.release(parseIP(ip))
	}
}

// nodePorts allocates the ports and the health check's.
func (a *serviceAllocator) nodePorts(op *portOperation, s, old *corev1.Service) error {
	switch {
	case old == nil:
		if needsNodePort(s) {
			if err := initNodePorts(op, s); err != nil {
				return err
			}
		}
	case needsNodePort(s):
		if err := updateNodePorts(op, s, old); err != nil {
			return err
		}
	case needsNodePort(old) && (s.Spec.Type == corev1.ServiceTypeClusterIP || s.Spec.Type == corev1.ServiceTypeExternalName):
		for _, p := range nodePorts(old) {
			op.releaseLater(int(p))
		}
	}
	needed := old != nil && needsHealthCheck(old)
	switch {
	case !needed && needsHealthCheck(s):
		return allocateHealthCheck(op, s)
	case needed && !needsHealthCheck(s):
		op.releaseLater(int(old.Spec.HealthCheckNodePort))
	}
	return nil
}

func allocateHealthCheck(op *portOperation, s *corev1.Service) error {
	if asked := s.Spec.HealthCheckNodePort; asked != 0 {
		if err := op.allocate(int(asked)); err != nil {
			return errors.NewInternalError(fmt.Errorf("failed to allocate requested HealthCheck NodePort %v: %v", asked, err))
		}
		return nil
	}
	port, err := op.allocateNext()
	if err != nil {
		return errors.NewInternalError(fmt.Errorf("failed to allocate a HealthCheck NodePort %v: %v", port, err))
	}
	s.Spec.HealthCheckNodePort = int32(port)
	return nil
}

// allocatesNodePorts tells whether ports that name no node port get one.
func allocatesNodePorts(s *corev1.Service) bool {
	if s.Spec.Type == corev1.ServiceTypeLoadBalancer {
		return s.Spec.AllocateLoadBalancerNodePorts == nil || *s.Spec.AllocateLoadBalancerNodePorts
	}
	return s.Spec.Type == corev1.ServiceTypeNodePort
}

// initNodePorts gives a new Service its node ports. Ports of the same number
// (for TCP and for UDP) share one.
func initNodePorts(op *portOperation, s *corev1.Service) error {
	shared := make(map[int32]int32) // port to node port
	for i := range s.Spec.Ports {
		p := &s.Spec.Ports[i]
		if p.NodePort == 0 && !allocatesNodePorts(s) {
			continue
		}
		have := shared[p.Port]
		if have == 0 {
			nodePort, err := firstNodePort(op, s, i)
			if err != nil {
				return err
			}
			p.NodePort, shared[p.Port] = nodePort, nodePort
			continue
		}
		if p.NodePort == 0 {
			p.NodePort = have
		} else if p.NodePort != have {
			if err := op.allocate(int(p.NodePort)); err != nil {
				return invalidService(s, field.Invalid(nodePortPath(i), p.NodePort, err.Error()))
			}
		}
	}
	return nil
}

// firstNodePort allocates for the first port of its number: what it or a later
// port of that number asks for, or any.
func firstNodePort(op *portOperation, s *corev1.Service, i int) (int32, error) {
	for _, p := range s.Spec.Ports {
		if p.Port == s.Spec.Ports[i].Port && p.NodePort != 0 {
			if err := op.allocate(int(p.NodePort)); err != nil {
				return 0, invalidService(s, field.Invalid(nodePortPath(i), p.NodePort, err.Error()))
			}
			return p.NodePort, nil
		}
	}
	port, err := op.allocateNext()
	if err != nil {
		return 0, errors.NewInternalError(fmt.Errorf("failed to allocate a nodePort: %v", err))
	}
	return int32(port), nil
}

// protocolPort is a node port as one Service may have it once. Its text is
// part of an error.
type protocolPort struct {
	Protocol corev1.Protocol
	NodePort int32
}

// updateNodePorts allocates the node ports that old did not have and gives up
// those that are no longer there.
func updateNodePorts(op *portOperation, s, old *corev1.Service) error {
	had := nodePorts(old)
	var fresh []int32
	seen := make(map[protocolPort]bool)
	for i := range s.Spec.Ports {
		p := &s.Spec.Ports[i]
		switch {
		case p.NodePort == 0 && !allocatesNodePorts(s):
			continue
		case p.NodePort == 0:
			port, err := op.allocateNext()
			if err != nil {
				return errors.NewInternalError(fmt.Errorf("failed to allocate a nodePort: %v", err))
			}
			p.NodePort = int32(port)
		case !slices.Contains(had, p.NodePort) && !slices.Contains(fresh, p.NodePort):
			if err := op.allocate(int(p.NodePort)); err != nil {
				return invalidService(s, field.Invalid(nodePortPath(i), p.NodePort, err.Error()))
			}
			fresh = append(fresh, p.NodePort)
		}
		key := protocolPort{p.Protocol, p.NodePort}
		if seen[key] {
			return serverError(fmt.Sprintf("duplicate nodePort: %v", key))
		}
		seen[key] = true
	}
	now := nodePorts(s)
	for _, p := range had {
		if !slices.Contains(now, p) {
			op.releaseLater(int(p))
		}
	}
	return nil
}

// restore takes what a stored Service holds, and what it lacks.
func (a *serviceAllocator) restore(s *corev1.Service) error {
	status := s.Status.DeepCopy()
	txn, err := a.begin(Request{}, s, nil)
	if err != nil {
		return err
	}
	txn.end(true)
	s.Status = *status
	decorateService(s)
	return nil
}

// release gives back everything that a deleted Service held.
func (a *serviceAllocator) release(s *corev1.Service) {
	if needsClusterIP(s) && !isHeadless(s) {
		a.releaseIPs(s.Spec.ClusterIPs)
	}
	if !needsNodePort(s) {
		return
	}
	for _, p := range nodePorts(s) {
		a.ports.release(int(p))
	}
	if needsHealthCheck(s) {
		a.ports.release(int(s.Spec.HealthCheckNodePort))
	}
}

func nodePortPath(i int) *field.Path {
	return field.NewPath("spec", "ports").Index(i).Child("nodePort")
}

func invalidService(s *corev1.Service, errs ...*field.Error) error {
	return errors.NewInvalid(schema.GroupKind{Kind: "Service"}, s.Name, errs)
}

// serverError is how the server sends an error that it has no status for.
func serverError(message string) error {
	return &errors.StatusError{ErrStatus: metav1.Status{
		Status: metav1.StatusFailure, Code: http.StatusInternalServerError, Reason: metav1.StatusReasonUnknown, Message: message,
	}}
}
