package cloud

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubetutor/tutor/simulator/world"
)

// region is where the platform's balancers stand.
func region(w *world.Spec, nodes []*corev1.Node) string {
	if w.Cloud.Region != "" {
		return w.Cloud.Region
	}
	for _, n := range nodes {
		if r := n.Labels[corev1.LabelTopologyRegion]; r != "" {
			return r
		}
	}
	return "us-east-1"
}

var notAlnum = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile("[^A-Za-z0-9]") })

// lbcName is the name that the AWS Load Balancer Controller gives:
// k8s-NAMESPACE-NAME-HASH, each cut short.
func lbcName(obj metav1.Object) string {
	cut := func(s string, n int) string {
		s = notAlnum().ReplaceAllString(s, "")
		return s[:min(len(s), n)]
	}
	return fmt.Sprintf("k8s-%s-%s-%010x", cut(obj.GetNamespace(), 8), cut(obj.GetName(), 8), digest(string(obj.GetUID())+"name")&0xffffffffff)
}

// legacyName is the name that cloud-provider's DefaultLoadBalancerName gives.
func legacyName(svc *corev1.Service) string {
	name := "a" + strings.ReplaceAll(string(svc.UID), "-", "")
	return name[:min(len(name), 32)]
}

// hostname is the DNS name that AWS gives a balancer of that name.
func hostname(product Product, internal bool, name, uid string, w *world.Spec, nodes []*corev1.Node) string {
	if product == NLB {
		return fmt.Sprintf("%s-%016x.elb.%s.amazonaws.com", name, digest(uid+"dns"), region(w, nodes))
	}
	prefix := ""
	if internal {
		prefix = "internal-"
	}
	return fmt.Sprintf("%s%s-%d.%s.elb.amazonaws.com", prefix, name, digest(uid+"dns")%1_000_000_000+1_000_000_000, region(w, nodes))
}

func digest(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}
