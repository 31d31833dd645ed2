package shell_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/simulatortest"
	"github.com/kubetutor/tutor/simulator/world"
)

type row struct {
	Client, Command, Output string
	Exit                    int
	Unordered               bool
}

// TestRecorded types what was typed at the recorded terminals.
func TestRecorded(t *testing.T) { replay(t, "testdata/recorded.jsonl") }

// TestMeasured types what was typed to the real tools where addresses and name
// servers answered as they do here; see testdata/README.md.
func TestMeasured(t *testing.T) { replay(t, "testdata/measured.jsonl") }

func replay(t *testing.T, file string) {
	cluster := load(t, "testdata/world.yaml")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for sc := bufio.NewScanner(bytes.NewReader(b)); sc.Scan(); rows++ {
		var r row
		if err := json.Unmarshal(sc.Bytes(), &r); err != nil {
			t.Fatal(err)
		}
		t.Run(r.Client+" "+r.Command, func(t *testing.T) {
			code, out := runAt(t, cluster, r.Client, r.Command)
			if code != r.Exit {
				t.Errorf("exit %d, recorded %d", code, r.Exit)
			}
			want, got := shown(r.Output, r.Unordered), shown(out, r.Unordered)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("output (-recorded +here):\n%s", d)
			}
		})
	}
	if rows == 0 {
		t.Fatal("no rows")
	}
}

// In nftables mode a node rejects what no port of a cluster IP is, echoes too,
// and drops what goes to an address that no Service has.
func TestPingInNFTablesMode(t *testing.T) {
	w := simulatortest.Read(t, "testdata/world.yaml")
	w.Spec.ProxyMode = world.NFTables
	cluster := simulatortest.Settled(t, w)
	for command, want := range map[string]string{
		"ping -c 1 -W 1 10.96.40.11": "From 192.168.0.10 icmp_seq=1 Destination Port Unreachable\n",
		"ping -c 1 -W 1 web":         "From 192-168-0-10.kubernetes.default.svc.cluster.local (192.168.0.10) icmp_seq=1 Destination Port Unreachable\n",
		"ping -c 1 -W 1 10.96.77.77": "1 packets transmitted, 0 received, 100% packet loss",
	} {
		if code, out := runAt(t, cluster, "pod:debug", command); code != 1 || !strings.Contains(out, want) {
			t.Errorf("%s: exit %d, %s", command, code, out)
		}
	}
}

// runAt runs a command on a terminal at a client.
func runAt(t testing.TB, cluster shell.Cluster, client, command string) (int, string) {
	t.Helper()
	c, err := dataplane.ParseClient(client, "")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	sh, err := shell.New(shell.Options{Cluster: cluster, Client: c, Stdout: &out, Stderr: &out, TTY: true, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	code := sh.Run(context.Background(), command)
	return code, out.String()
}

// masks hide what differs from one run to the next.
var masks = []struct{ from, to string }{
	{`Query time: \d+ msec`, "Query time: <n> msec"}, {`WHEN: .*`, "WHEN: <time>"}, {`id: \d+`, "id: <id>"},
	{`MSG SIZE +rcvd: \d+`, "MSG SIZE  rcvd: <n>"}, {`DiG \d\S*`, "DiG <version>"}, {`curl/\d[\d.]*`, "curl/<version>"},
	{`OpenSSL/\d\S*:`, "OpenSSL/<version>:"}, {`\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT`, "<time>"},
	{`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`, "<time>"}, {`after \d+ ms`, "after <n> ms"}, {`\d+ milliseconds`, "<n> milliseconds"},
	{`time=[\d.]+ ms`, "time=<n> ms"}, {`time \d+ ?ms`, "time <n>ms"}, {`= [\d.]+/[\d.]+/[\d.]+/[\d.]+ ms`, "= <rtt> ms"},
	{`(hostmaster\.cluster\.local\. )\d+`, "${1}<serial>"}, {`(api\.stripe\.com\.\s+)\d+(\s+IN)`, "${1}<ttl>${2}"},
	{`timeout after \d+ms`, "timeout after <n>ms"}, {`(?m)^(\.\s+)\d+(\s+IN\s+SOA)`, "${1}<ttl>${2}"}, {`flags: qr aa rd ra`, "flags: qr rd ra"},
	{`\([\d.]+ [KMG]B/s\)`, "(<rate>)"}, {`0x[0-9a-f]+ \[serially\]`, "<address> [serially]"}, {`(?m)^(\s*)\d+(\s+; serial)`, "${1}<serial>${2}"},
	{`serial = \d+`, "serial = <serial>"}, {`Query time: \d+ usec`, "Query time: <n> usec"}, {`(nslookup|host) 9\.18\S*`, "$1 <version>"},
	{`QUERY SIZE: \d+`, "QUERY SIZE: <n>"}, {`Received \d+ bytes from (\S+) in \d+ ms`, "Received <n> bytes from $1 in <n> ms"}, {`in \d+ ms\.`, "in <n> ms."},
	{`; COOKIE: .*`, "; COOKIE: <cookie>"}, {`Wget/\d[\d.]*`, "Wget/<version>"},
}

// shown is what a reader sees: runs of blanks are one.
func shown(s string, unordered bool) []string {
	for _, m := range masks {
		s = regexp.MustCompile(m.from).ReplaceAllString(s, m.to)
	}
	var out []string
	for _, l := range strings.Split(strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")), "\n") {
		out = append(out, strings.Join(strings.Fields(l), " "))
	}
	if unordered {
		slices.Sort(out)
	}
	return out
}
