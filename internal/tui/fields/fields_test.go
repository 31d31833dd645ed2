package fields

import (
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

const manifest = `apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app: web
spec:
  type: Cl
  ports:
  - port: 80
    tar
  - name: https
    targetPort: 443
  
---
kind: Deployment
apiVersion: apps/v1
spec:
  template:
    spec:
      containers:
      - image: web
---
metadata: {labels: {app: web}}
spec: {paused: true, replicas: 2, template: {spec: {containers: [{image: web}]}}}
kind: Deployment
`

func TestField(t *testing.T) {
	lines := strings.Split(manifest, "\n")
	for _, tt := range []struct {
		line, col         int
		path, kind, about string
	}{
		{1, 2, "kind", "string", "Kind is a string value representing the REST resource"},
		{7, 4, "spec.type", "string", "type determines how the Service is exposed"},
		{12, 8, "spec.ports.targetPort", "IntOrString", "Number or name of the port to access on the pods"},
		{9, 5, "spec.ports.port", "integer", "The port that will be exposed by this service"},
		{5, 5, "metadata.labels", "map[string]string", "Map of string keys and values"},
		{21, 10, "spec.template.spec.containers.image", "string", "Container image name"},
		{23, 21, "metadata.labels", "map[string]string", "Map of string keys and values"},
		{24, 23, "spec.replicas", "integer", "Number of desired pods"},
		{24, 31, "spec.replicas", "integer", "Number of desired pods"},
		{24, 68, "spec.template.spec.containers.image", "string", "Container image name"},
	} {
		f, ok := Find(lines, tt.line, tt.col).Field()
		if !ok || f.Path != tt.path || f.Type != tt.kind || !strings.HasPrefix(f.Doc, tt.about) {
			t.Errorf("line %d: %+v, %v", tt.line+1, f, ok)
		}
	}
}

func TestComplete(t *testing.T) {
	lines := strings.Split(manifest, "\n")
	for _, tt := range []struct {
		line, col int
		want      []string
	}{
		{7, 10, []string{"ClusterIP"}},
		{7, 8, []string{"ClusterIP", "NodePort", "LoadBalancer", "ExternalName"}},
		{10, 7, []string{"targetPort"}},
	} {
		var got []string
		for _, f := range Find(lines, tt.line, tt.col).Complete(nil) {
			got = append(got, f.Name)
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("line %d: %q, want %q", tt.line+1, got, tt.want)
		}
	}
	if all := Find(lines, 13, 2).Complete(nil); !slices.ContainsFunc(all, func(f Field) bool { return f.Name == "selector" }) {
		t.Errorf("an empty line of spec offers %v", all)
	}
}

// offered is what is offered at the | of a text.
func offered(t *testing.T, text string, c *Cluster) []string {
	t.Helper()
	before, after, ok := strings.Cut(text, "|")
	if !ok {
		t.Fatalf("no | in %q", text)
	}
	line := strings.Count(before, "\n")
	var got []string
	for _, f := range Find(strings.Split(before+after, "\n"), line, len(before)-strings.LastIndex(before, "\n")-1).Complete(c) {
		if f.Doc == "" {
			t.Errorf("%s has no documentation", f.Name)
		}
		got = append(got, f.Name)
	}
	return got
}

func TestCompleteAnywhere(t *testing.T) {
	const policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  namespace: shop\nspec:\n"
	const ingress = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  namespace: shop\nspec:\n"
	const slice = "apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\n"
	const service = "apiVersion: v1\nkind: Service\nmetadata:\n  namespace: shop\n"
	shop := NewCluster("eks", []runtime.Object{
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: "shop", Labels: map[string]string{"team": "a"}}},
		pod("shop", "cart-1", map[string]string{"app": "cart", "tier": "1"}, "http", 8080),
		pod("shop", "cart-2", map[string]string{"app": "cart"}, "http", 8080),
		pod("other", "redis", map[string]string{"role": "db"}, "", 6379),
		&corev1.Service{ObjectMeta: metav1.ObjectMeta{Name: "cart-svc", Namespace: "shop"}, Spec: corev1.ServiceSpec{Ports: []corev1.ServicePort{{Name: "web"}}}},
		&networkingv1.IngressClass{ObjectMeta: metav1.ObjectMeta{Name: "alb"}},
	})
	for _, tt := range []struct {
		name, text string
		cluster    *Cluster
		want       string
	}{
		{"behind a dash", "kind: Service\nspec:\n  ports:\n  - po|", nil, "port"},
		{"below a dash", "kind: Service\nspec:\n  ports:\n  - port: 80\n    pro|", nil, "protocol"},
		{"an item of a list of values", policy + "  policyTypes:\n  - |", nil, "Ingress Egress"},
		{"an item begun", "kind: Service\nspec:\n  ipFamilies:\n  - IPv6\n  - IPv4|", nil, "IPv4"},
		{"a policy's rule", policy + "  ingress:\n  - from:\n    - |", nil, "podSelector namespaceSelector ipBlock"},
		{"a policy's port", policy + "  egress:\n  - ports:\n    - end|", nil, "endPort"},
		{"an ingress's path", ingress + "  rules:\n  - http:\n      paths:\n      - pathType: |", nil, "Exact Prefix ImplementationSpecific"},
		{"an ingress's backend", ingress + "  defaultBackend:\n    service:\n      na|", nil, "name"},
		{"a slice's type", slice + "addressType: |", nil, "IPv4 IPv6 FQDN"},
		{"a slice's condition", slice + "endpoints:\n- conditions:\n    re|", nil, "ready"},
		{"the second document", "kind: Pod\n---\n" + slice + "endpoints:\n- zo|", nil, "zone"},
		{"labels of pods", service + "spec:\n  selector:\n    |", shop, "app tier"},
		{"a label's value", service + "spec:\n  selector:\n    app: |", shop, "cart"},
		{"a value that needs quotes", service + "spec:\n  selector:\n    tier: |", shop, `"1"`},
		{"labels of a policy's peers", policy + "  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          |", shop, "app role tier"},
		{"labels of namespaces", policy + "  ingress:\n  - from:\n    - namespaceSelector:\n        matchLabels:\n          |", shop, "team"},
		{"ports of pods", service + "spec:\n  ports:\n  - targetPort: |", shop, "http 8080"},
		{"namespaces", "kind: Service\nmetadata:\n  namespace: |", shop, "shop"},
		{"services", ingress + "  defaultBackend:\n    service:\n      name: |", shop, "cart-svc"},
		{"ports of services", ingress + "  defaultBackend:\n    service:\n      port:\n        name: |", shop, "web"},
		{"ingress classes", ingress + "  ingressClassName: |", shop, "alb"},
		{"the platform's annotations", "kind: Service\nmetadata:\n  annotations:\n    service.beta.kubernetes.io/aws-load-balancer-s|", shop, awsService + "scheme " + awsService + "security-groups"},
		{"an annotation's value", "kind: Service\nmetadata:\n  annotations:\n    " + awsService + "scheme: |", shop, "internet-facing internal"},
		{"fields that are there are not offered", "kind: Service\nspec:\n  ports:\n  - port: 80\n    p|\n    protocol: TCP\n  - name: b", nil, ""},
		{"another item's fields are", "kind: Service\nspec:\n  ports:\n  - port: 80\n    name: a\n  - p|", nil, "protocol port"},
		{"the field itself may be typed over", "kind: Service\nspec:\n  externalT|: Local\n  type: NodePort", nil, "externalTrafficPolicy"},
		{"below a list", "kind: Service\nspec:\n  ports:\n  - port: 80\n  s|\n  selector:\n    app: a", nil, "sessionAffinity sessionAffinityConfig"},
		{"in braces", "kind: Service\nspec: {ty|", nil, "type"},
		{"in braces, what is there is not offered", "kind: Service\nspec: {ports: [{port: 80, p|, protocol: TCP}]}", nil, ""},
		{"a value in braces", "kind: Service\nspec: {type: N|, ports: []}", nil, "NodePort"},
		{"a value in braces without its blank", "kind: Service\nspec: {\"type\":|}", nil, "ClusterIP NodePort LoadBalancer ExternalName"},
		{"in brackets", policy + "  policyTypes: [Ingress, |]", nil, "Ingress Egress"},
		{"over lines", "kind: Service\nspec: {\n  ports: [\n    {port: 80, # {\n     t|\n    }\n  ]\n}", nil, "targetPort"},
		{"behind what is shut", "kind: Service\nspec:\n  selector: {app: '}'}\n  t|", nil, "type trafficDistribution"},
		{"below what is not shut", "kind: Service\nspec:\n  selector: {app: a\n  ty|", nil, "type"},
		{"an item in braces", "kind: Service\nspec:\n  ports:\n  - {port: 80, na|}", nil, "name"},
		{"labels in braces", service + "spec:\n  selector: {app: cart, |}", shop, "tier"},
		{"ports of pods in braces", service + "spec:\n  ports: [{port: 80, targetPort: |}]", shop, "http 8080"},
		{"a class on this platform", "kind: Service\nspec:\n  loadBalancerClass: |", shop, "service.k8s.aws/nlb"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(offered(t, tt.text, tt.cluster), " "); got != tt.want {
				t.Errorf("offered %q, want %q", got, tt.want)
			}
		})
	}
}

func pod(namespace, name string, labels map[string]string, port string, number int32) *corev1.Pod {
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: namespace, Labels: labels},
		Spec:       corev1.PodSpec{Containers: []corev1.Container{{Ports: []corev1.ContainerPort{{Name: port, ContainerPort: number}}}}},
	}
}

func FuzzFind(f *testing.F) {
	f.Add(manifest, 3, 4)
	f.Add("- - a: b\n -", 1, 2)
	f.Add("spec: {a: [b, {c: \"d\", 'e':f}], #\n  g: }\nh: [", 1, 4)
	f.Fuzz(func(t *testing.T, text string, line, col int) {
		lines := strings.Split(text, "\n")
		p := Find(lines, line, col)
		if line >= 0 && line < len(lines) {
			if at := min(max(col, 0), len(lines[line])); p.From > at || p.From < 0 || lines[line][p.From:at] != p.Typed {
				t.Errorf("typed %q from %d in %q", p.Typed, p.From, lines[line])
			}
		}
		p.Field()
		p.Complete(nil)
	})
}
