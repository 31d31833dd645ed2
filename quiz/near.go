package quiz

import (
	"slices"
	"strings"
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
	d := distance(given, want)
	if d > slips(max(len([]rune(want)), len([]rune(given)))) || digits(given) != digits(want) {
		return false
	}
	closer := func(word string) bool { return singular(word) != singular(want) && distance(given, word) <= d }
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

// maxCompared bounds the work on what somebody pastes into an answer; longer
// ones resemble nothing.
const maxCompared = 200

// distance is how many letters must be added, left out, changed or swapped
// with their neighbour to make b of a (optimal string alignment).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	if len(s) > maxCompared || len(t) > maxCompared {
		return maxCompared
	}
	before := make([]int, len(t)+1) // two rows up
	above := make([]int, len(t)+1)
	row := make([]int, len(t)+1)
	for j := range above {
		above[j] = j
	}
	for i := range s {
		row[0] = i + 1
		for j := range t {
			cost := 1
			if s[i] == t[j] {
				cost = 0
			}
			row[j+1] = min(above[j]+cost, above[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && s[i] == t[j-1] && s[i-1] == t[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(t)]
}
