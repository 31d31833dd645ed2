package shell_test

import (
	"strings"
	"testing"

	"github.com/kubetutor/tutor/simulator/simulatortest"
)

// TestMachine is what a pod, a node and an outside host say of themselves.
func TestMachine(t *testing.T) {
	cluster := load(t, "testdata/world.yaml")
	for _, tc := range []struct {
		client, command string
		exit            int
		want            string // a part of the output, or all of it after =
	}{
		{"pod:debug", "hostname", 0, "=debug\n"},
		{"pod:debug", "hostname -i", 0, "=10.244.1.100\n"},
		{"pod:postgres-0", "hostname -f", 0, "=postgres-0.postgres.production.svc.cluster.local\n"},
		{"node:node-eu-west-1a", "hostname", 0, "=node-eu-west-1a\n"},
		{"pod:debug", "ip -br addr show dev eth0", 0, "=eth0@if7         UP             10.244.1.100/32 \n"},
		{"pod:debug", "ip -4 a show lo", 0, "=1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n"},
		{"pod:debug", "ip addr show eth9", 1, "=Device \"eth9\" does not exist.\n"},
		{"pod:debug", "ip addr", 0, "inet 10.244.1.100/32 scope global eth0"},
		{"node:node-eu-west-1a", "ip addr", 0, "inet 192.168.0.10/24 scope global eth0"},
		{"node:node-eu-west-1a", "ip route", 0, "10.244.2.0/24 via 192.168.0.11 dev eth0"},
		{"pod:debug", "ss -lnt", 0, "=State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess\n"},
		{"pod:web-0", "ss -lnt", 0, "*:8080"},
		{"node:node-eu-west-1a", "ss -lnt", 0, "*:6443"},
		{"node:node-eu-west-1b", "ss -lnt | grep -c LISTEN", 0, "=1\n"}, // kube-proxy's healthz alone
		{"pod:debug", "cat /etc/hosts", 0, "10.244.1.100\tdebug\n"},
	} {
		code, out := runAt(t, cluster, tc.client, tc.command)
		whole, all := strings.CutPrefix(tc.want, "=")
		if code != tc.exit || all && out != whole || !strings.Contains(out, whole) {
			t.Errorf("%s $ %s: exit %d, %q, want %d, %q", tc.client, tc.command, code, out, tc.exit, tc.want)
		}
	}
}

// TestServiceLinks are the variables that kubelet gives a container: of the
// Services in its namespace that had a cluster IP when the pod started, and of
// the Service kubernetes.
func TestServiceLinks(t *testing.T) {
	const text = `apiVersion: v1
kind: Node
metadata: {name: a}
spec: {podCIDR: 10.244.1.0/24}
status: {addresses: [{type: InternalIP, address: 192.168.0.10}]}
---
apiVersion: v1
kind: Pod
metadata: {name: p, namespace: default}
spec: {nodeName: a, LINKS containers: [{name: c, image: i, env: [{name: MY_IP, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}]}
status: {phase: Running, podIP: 10.244.1.5, startTime: "2026-06-01T00:00:00Z"}
---
apiVersion: v1
kind: Service
metadata: {name: order-api, namespace: default, creationTimestamp: "2026-01-01T00:00:00Z"}
spec: {clusterIP: 10.96.5.5, ports: [{name: http-web, port: 80}, {name: m, port: 9090}]}
---
apiVersion: v1
kind: Service
metadata: {name: too-late, namespace: default, creationTimestamp: "2026-07-01T00:00:00Z"}
spec: {clusterIP: 10.96.5.6, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: headless, namespace: default, creationTimestamp: "2026-01-01T00:00:00Z"}
spec: {clusterIP: None, selector: {a: b}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: external, namespace: default, creationTimestamp: "2026-01-01T00:00:00Z"}
spec: {type: ExternalName, externalName: example.com}
---
apiVersion: v1
kind: Service
metadata: {name: elsewhere, namespace: kube-system, creationTimestamp: "2026-01-01T00:00:00Z"}
spec: {clusterIP: 10.96.5.7, ports: [{port: 80}]}
`
	with := "ORDER_API_PORT=tcp://10.96.5.5:80 ORDER_API_PORT_80_TCP=tcp://10.96.5.5:80 ORDER_API_PORT_80_TCP_ADDR=10.96.5.5 ORDER_API_PORT_80_TCP_PORT=80 ORDER_API_PORT_80_TCP_PROTO=tcp " +
		"ORDER_API_PORT_9090_TCP=tcp://10.96.5.5:9090 ORDER_API_PORT_9090_TCP_ADDR=10.96.5.5 ORDER_API_PORT_9090_TCP_PORT=9090 ORDER_API_PORT_9090_TCP_PROTO=tcp " +
		"ORDER_API_SERVICE_HOST=10.96.5.5 ORDER_API_SERVICE_PORT=80 ORDER_API_SERVICE_PORT_HTTP_WEB=80 ORDER_API_SERVICE_PORT_M=9090"
	for links, want := range map[string]string{"": with, "enableServiceLinks: false,": ""} {
		cluster := simulatortest.Settled(t, simulatortest.Parse(t, strings.Replace(text, "LINKS", links, 1)))
		_, out := runAt(t, cluster, "pod:default/p", "env | grep -v ^KUBERNETES | grep -E '_PORT|_SERVICE|MY_IP' | sort")
		got := strings.Join(strings.Fields(strings.Replace(out, "MY_IP=10.244.1.5", "", 1)), " ")
		if got != want || !strings.Contains(out, "MY_IP=10.244.1.5") {
			t.Errorf("%q: %s", links, out)
		}
		if _, out := runAt(t, cluster, "pod:default/p", "env"); !strings.Contains(out, "KUBERNETES_SERVICE_HOST=10.96.0.1\n") {
			t.Errorf("%q: no variables of the Service kubernetes: %s", links, out)
		}
	}
}
