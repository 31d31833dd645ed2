package play

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/kubetutor/tutor/quiz"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/dns"
	"github.com/kubetutor/tutor/simulator/state"
)

// Predict is a [quiz.Predictor]: it does in a fresh cluster what a question
// asks about.
func (p *Player) Predict(ctx context.Context, t quiz.Try) (quiz.Outcome, error) {
	c, err := p.cluster(t.World, t.ProxyMode)
	if err != nil {
		return quiz.Outcome{}, err
	}
	defer c.Close()
	if err := applyAll(ctx, c, t.Apply); err != nil {
		return quiz.Outcome{Outcome: quiz.Rejected, Message: err.Error()}, nil
	}
	switch {
	case t.To != "":
		return send(c, t)
	case t.Name != "":
		return lookUp(c, t)
	case t.Show != "":
		return show(ctx, c, t.Show)
	}
	return quiz.Outcome{Outcome: quiz.OK}, nil
}

// client is the client of that name, if there is one.
func client(c *simulator.Cluster, name string) (dataplane.Client, error) {
	from, err := dataplane.ParseClient(name, "")
	if err != nil {
		return from, err
	}
	return from, c.Network().Check(from)
}

// send sends a packet.
func send(c *simulator.Cluster, t quiz.Try) (quiz.Outcome, error) {
	from, err := client(c, t.From)
	if err != nil {
		return quiz.Outcome{}, err
	}
	proto, err := dataplane.ParseProtocol(t.Protocol)
	if err != nil {
		return quiz.Outcome{}, err
	}
	to, name, err := target(c, from, t.To)
	if errors.Is(err, dns.ErrNoName) || errors.Is(err, dns.ErrNoAddress) {
		return quiz.Outcome{Outcome: quiz.NoName}, nil
	}
	if err != nil {
		return quiz.Outcome{}, err
	}
	trace := c.Probe(dataplane.Packet{From: from, To: to, Proto: proto, Name: name, Host: name})
	if trace.Err != nil {
		return quiz.Outcome{}, trace.Err
	}
	out := quiz.Outcome{Outcome: string(trace.Outcome)}
	for _, b := range trace.Backends {
		out.Reaches = append(out.Reaches, b.Name)
		out.Sees = append(out.Sees, b.Source.String())
	}
	return out, nil
}

// target finds the address that HOST:PORT means at a client, and the name by
// which it was called, if it was.
func target(c *simulator.Cluster, from dataplane.Client, hostPort string) (to netip.AddrPort, name string, err error) {
	host, portText, err := net.SplitHostPort(hostPort)
	if err != nil {
		return to, "", fmt.Errorf("read %q as HOST:PORT: %w", hostPort, err)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return to, "", fmt.Errorf("read the port of %q: %w", hostPort, err)
	}
	if service, ok := strings.CutPrefix(host, "balancer/"); ok {
		if host, err = balancer(c.State(), service); err != nil {
			return to, "", err
		}
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		return netip.AddrPortFrom(addr, uint16(port)), "", nil
	}
	found, err := resolver(c.State(), from).Host(host)
	if err != nil {
		return to, "", err
	}
	return netip.AddrPortFrom(found.Addresses[0], uint16(port)), host, nil
}

// balancer is the address or name in a Service's status.
func balancer(st *state.State, service string) (string, error) {
	namespace, name, _ := strings.Cut(service, "/")
	svc := st.Service(namespace, name)
	if svc == nil {
		return "", fmt.Errorf("there is no Service %s", service)
	}
	given := svc.Status.LoadBalancer.Ingress
	if len(given) == 0 {
		return "", fmt.Errorf("no balancer was provided for Service %s", service)
	}
	return cmp.Or(given[0].IP, given[0].Hostname), nil
}

// resolver asks whom a client asks: pods the cluster's DNS, all others the
// resolver outside.
func resolver(st *state.State, from dataplane.Client) dns.Resolver {
	zone := dns.New(st)
	conf, answer := zone.NodeConf(), zone.Upstream
	if pod := st.Pod(from.Namespace, from.Name); from.Kind == dataplane.Pod && pod != nil {
		conf, answer = zone.PodConf(pod), zone.Answer
	}
	return dns.Resolver{Conf: conf, Ask: func(q dns.Question) (dns.Message, error) { return answer(q), nil }}
}

// lookUp asks for a name as the client's programs would.
func lookUp(c *simulator.Cluster, t quiz.Try) (quiz.Outcome, error) {
	from, err := client(c, t.From)
	if err != nil {
		return quiz.Outcome{}, err
	}
	host, err := resolver(c.State(), from).Host(t.Name)
	switch {
	case errors.Is(err, dns.ErrNoName):
		return quiz.Outcome{Outcome: quiz.NoName}, nil
	case errors.Is(err, dns.ErrNoAddress):
		return quiz.Outcome{Outcome: quiz.NoAnswer}, nil
	case err != nil:
		return quiz.Outcome{}, fmt.Errorf("look %s up: %w", t.Name, err)
	}
	out := quiz.Outcome{Outcome: quiz.OK}
	for _, a := range host.Addresses {
		out.Answers = append(out.Answers, a.String())
	}
	return out, nil
}

// show reads a Service's EXTERNAL-IP as kubectl shows it: from the table that
// the API server makes.
func show(ctx context.Context, c *simulator.Cluster, service string) (quiz.Outcome, error) {
	namespace, name, _ := strings.Cut(service, "/")
	req := httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/namespaces/"+namespace+"/services/"+name, nil)
	req.Header.Set("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
	answer := httptest.NewRecorder()
	c.Handler().ServeHTTP(answer, req)
	var table struct {
		ColumnDefinitions []struct{ Name string }
		Rows              []struct{ Cells []any }
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &table); err != nil {
		return quiz.Outcome{}, fmt.Errorf("read the table of Service %s: %w", service, err)
	}
	column := slices.IndexFunc(table.ColumnDefinitions, func(d struct{ Name string }) bool { return d.Name == "External-IP" })
	if answer.Code != http.StatusOK || len(table.Rows) != 1 || column < 0 || column >= len(table.Rows[0].Cells) {
		return quiz.Outcome{}, fmt.Errorf("there is no Service %s to show", service)
	}
	return quiz.Outcome{Outcome: quiz.OK, Answers: []string{fmt.Sprint(table.Rows[0].Cells[column])}}, nil
}
