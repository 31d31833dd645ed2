package shell

import (
	"cmp"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/world"
)

// What stands behind a port. Nothing in Kubernetes says so; the rule of the
// recordings: a container port named http or metrics speaks HTTP, any other
// greets with one line and closes, and UDP is sent back. Beyond them: the
// cluster's DNS servers speak DNS, a port without a name speaks HTTP if its
// number is one that web servers use, and an outside name that serves speaks
// TLS at 443 and HTTP elsewhere.

type speechKind int

const (
	speaksNothing speechKind = iota
	speaksHTTP
	speaksBanner
	speaksEcho
	speaksDNS
	speaksTLS
)

// speech is what a listener does with a connection.
type speech struct {
	kind speechKind
	// name, port and source are what a pod tells: itself and the address that
	// it sees the client under.
	name   string
	port   uint16
	source netip.Addr
	// outside is the name whose address answers, for hosts beyond the cluster.
	outside *world.Name
	// status is what a balancer answers by itself, without a backend, and body
	// what it says with it.
	status int
	body   string
}

// webPorts are the numbers at which a port without a name speaks HTTP.
var webPorts = []int32{80, 3000, 5000, 8000, 8080, 8081, 8888, 9090}

func (n *network) speech(b dataplane.Backend, proto corev1.Protocol) speech {
	s := speech{name: b.Name, port: b.Address.Port(), source: b.Source, status: b.Status, body: b.Body}
	pod := n.st.Pod(b.Pod.Namespace, b.Pod.Name)
	switch {
	case b.Status != 0:
		s.kind = speaksHTTP
	case pod != nil && n.servesDNS(pod, s.port):
		s.kind = speaksDNS
	case proto == corev1.ProtocolUDP:
		s.kind = speaksEcho
	case pod != nil && speaksWeb(pod, s.port):
		s.kind = speaksHTTP
	case pod != nil:
		s.kind = speaksBanner
	default:
		s.kind = speaksHTTP
		if name, ok := n.outsideName(b.Address.Addr()); ok {
			s.outside = &name
			if s.port == 443 {
				s.kind = speaksTLS
			}
		}
	}
	return s
}

// servesDNS tells whether a pod stands behind the cluster's DNS Service.
func (n *network) servesDNS(pod *corev1.Pod, port uint16) bool {
	svc := n.st.Service("kube-system", "kube-dns")
	if svc == nil || port != 53 || pod.Namespace != svc.Namespace || len(svc.Spec.Selector) == 0 {
		return false
	}
	for k, v := range svc.Spec.Selector {
		if pod.Labels[k] != v {
			return false
		}
	}
	return true
}

func speaksWeb(pod *corev1.Pod, port uint16) bool {
	for _, c := range pod.Spec.Containers {
		for _, p := range c.Ports {
			if p.ContainerPort != int32(port) || p.Protocol != corev1.ProtocolTCP && p.Protocol != "" {
				continue
			}
			if p.Name == "" {
				return slices.Contains(webPorts, p.ContainerPort)
			}
			return p.Name == "http" || p.Name == "metrics"
		}
	}
	return false
}

// banner is what a port without HTTP greets with.
func (s speech) banner() string { return fmt.Sprintf("%s:%d %s\n", s.name, s.port, s.source) }

// response is an answer to an HTTP request.
type response struct {
	proto   string
	status  int
	reason  string
	headers [][2]string
	body    string
}

func (r response) header(name string) string {
	for _, h := range r.headers {
		if strings.EqualFold(h[0], name) {
			return h[1]
		}
	}
	return ""
}

// serve answers an HTTP request, in the order of headers that was recorded.
func (s speech) serve(c *call, r request) response {
	res := response{proto: "HTTP/1.1"}
	if r.http10 {
		res.proto = "HTTP/1.0"
	}
	path, _, _ := strings.Cut(r.path, "?")
	if decoded, err := url.PathUnescape(path); err == nil {
		path = decoded
	}
	switch {
	case r.host == "" && !r.http10:
		return badRequest("400 Bad Request: missing required Host header")
	case s.status != 0:
		res.set(s.status, cmp.Or(s.body, fmt.Sprintf("%d %s\n", s.status, http.StatusText(s.status))))
	case s.outside != nil && !accepts(*s.outside, r.host):
		// A shared front end that knows no such site.
		res.set(404, "404 page not found\n")
	case s.outside != nil:
		res.set(200, fmt.Sprintf("%s host=%s path=%s from=%s\n", s.outside.Name, r.host, path, s.source))
	case path == "/missing":
		res.set(404, "404 page not found\n")
	default:
		res.set(200, fmt.Sprintf("%s:%d host=%s path=%s from=%s\n", s.name, s.port, r.host, path, s.source))
	}
	res.headers = headersOf(res, c.clock.now())
	if r.close {
		res.headers = append(res.headers, [2]string{"Connection", "close"})
	}
	if r.method == "HEAD" {
		res.body = ""
	}
	return res
}

func (r *response) set(status int, body string) {
	r.status, r.reason, r.body = status, http.StatusText(status), body
}

// badRequest is what Go's server says before it closes.
func badRequest(body string) response {
	return response{
		proto: "HTTP/1.1", status: 400, reason: "Bad Request", body: body,
		headers: [][2]string{{"Content-Type", "text/plain; charset=utf-8"}, {"Connection", "close"}},
	}
}

// headersOf are in the order in which Go's server writes them: what a handler
// set itself (http.Error does) before the rest.
func headersOf(r response, now time.Time) [][2]string {
	kind := [2]string{"Content-Type", "text/plain; charset=utf-8"}
	rest := [][2]string{
		{"Date", now.UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")},
		{"Content-Length", fmt.Sprint(len(r.body))},
	}
	if r.status >= 400 {
		return append([][2]string{kind, {"X-Content-Type-Options", "nosniff"}}, rest...)
	}
	return append(rest, kind)
}

// accepts tells whether an outside server knows a host name.
func accepts(n world.Name, host string) bool {
	host, _, _ = strings.Cut(host, ":")
	return slices.ContainsFunc(n.Serves, func(s string) bool { return s == "*" || strings.EqualFold(s, host) })
}
