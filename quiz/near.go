package quiz

import (
	"slices"
	"strings"

	"github.com/kubetutor/tutor/internal/spelling"
)

// vocabulary are words of Kubernetes that resemble each other. Who types one
// of them means it: it is no typing error for another.
var vocabulary = []string{
	"ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "Headless", "Ingress", "Gateway",
	"externalTrafficPolicy", "internalTrafficPolicy", "trafficDistribution", "externalIP", "externalName",
	"clusterIP", "loadBalancerIP", "loadBalancerClass", "loadBalancerSourceRange",
	"port", "nodePort", "targetPort", "hostPort", "containerPort", "healthCheckNodePort",
	"sessionAffinity", "sessionAffinityConfig", "nodeAffinity", "podAffinity",
	"selector", "label", "annotation", "namespace", "Endpoint", "EndpointSlice",
	"NetworkPolicy", "IngressClass", "GatewayClass", "HTTPRoute",
	"http", "https", "refused", "timeout", "Local", "Cluster", "CNAME", "SNAT", "DNAT",
	"CoreDNS", "kube-dns", "kube-proxy", "kubelet", "Deployment", "DaemonSet", "StatefulSet", "ReplicaSet",
}

// slips is how many slips of the finger an answer of n letters may have and
// still be taken for it.
func slips(n int) int {
	switch {
	case n < 5:
		return 0
	case n < 9:
		return 1
	case n < 14:
		return 2
	}
	return 3
}

// isNear tells whether given looks like a typing error for want: few slips,
// the same digits, and no other word of the vocabulary or of rivals as close.
// All are lettered.
func isNear(given, want string, rivals []string) bool {
	d := spelling.Distance(given, want)
	if d > slips(max(len([]rune(want)), len([]rune(given)))) || digits(given) != digits(want) {
		return false
	}
	closer := func(word string) bool { return singular(word) != singular(want) && spelling.Distance(given, word) <= d }
	for _, word := range vocabulary {
		if closer(newWords(word, "").lettered()) {
			return false
		}
	}
	for _, word := range rivals {
		if closer(word) {
			return false
		}
	}
	return true
}

// endOf tells whether an answer is the end of the wanted word, such as
// sourceRanges, and of no other that somebody may mean.
func (w words) endOf(want words, rivals []string) bool {
	end, whole := w.squashed(), want.squashed()
	const telling = 8
	if len(want) != 1 || len(end) < telling || !strings.HasSuffix(whole, end) {
		return false
	}
	others := slices.Concat(vocabulary, rivals)
	return !slices.ContainsFunc(others, func(word string) bool {
		other := newWords(word, "").squashed()
		return other != whole && strings.HasSuffix(other, end)
	})
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, s)
}
