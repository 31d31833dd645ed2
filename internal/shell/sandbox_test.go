package shell_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator/dataplane"
)

// TestNothingOfTheMachine tries to reach this machine's files, processes,
// users and variables from a shell.
func TestNothingOfTheMachine(t *testing.T) {
	cluster := load(t, "testdata/world.yaml")
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("s3cret"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TUTOR_SECRET", "s3cret")
	t.Setenv("TMPDIR", dir)
	for _, command := range []string{
		"cat " + secret, "cat < " + secret, "echo $(<" + secret + ")", "head -1 " + secret, "source " + secret, ". " + secret,
		"curl file://" + secret, "curl -d @" + secret + " -v web", "wget -i " + secret, "mapfile x < " + secret + "; echo $x",
		"ls " + dir, "echo " + dir + "/*", "[ -e " + secret + " ] && echo s3cret", "cd " + dir + " && pwd && echo s3cret",
		"env", "printenv TUTOR_SECRET", "echo $TUTOR_SECRET", "set", "export -p",
		"/bin/sh -c 'cat " + secret + "'", "exec cat " + secret, "command cat " + secret, "eval cat " + secret,
		"cat <(cat " + secret + ")", "echo hi > >(cat)", "bash " + secret,
		"grep s " + secret, "sort " + secret, "tee " + secret + " </dev/null", "rm -rf " + dir, "touch " + secret, "echo x > " + secret, "echo x >> " + secret,
		"trap 'cat " + secret + "' EXIT; exit", "echo ~nobody",
	} {
		_, out := runAt(t, cluster, "pod:debug", command)
		if strings.Contains(out, "s3cret") || strings.Contains(out, "/nonexistent") {
			t.Errorf("%s reached this machine:\n%s", command, out)
		}
	}
	entries, err := os.ReadDir(dir)
	if b, _ := os.ReadFile(secret); err != nil || string(b) != "s3cret" || len(entries) != 1 {
		t.Errorf("the shell changed this machine: %q, %v, %v", b, entries, err)
	}
}

// TestEndless runs what never ends by itself.
func TestEndless(t *testing.T) {
	cluster := load(t, "testdata/world.yaml")
	for _, command := range []string{
		"while true; do sleep 1; done", "ping -i 1 10.96.40.11", "f() { sleep 60; f; }; f", "wget web:81", "sleep 99999",
		"bash -c 'bash -c \"bash -c :\"'",
	} {
		if code, out := runAt(t, cluster, "pod:debug", command); len(out) > 1<<20 || code < 0 {
			t.Errorf("%s: exit %d, %d bytes", command, code, len(out))
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var out bytes.Buffer
	sh, err := shell.New(shell.Options{Cluster: cluster, Client: dataplane.NodeClient("node-eu-west-1a"), Stdout: &out, Stderr: &out})
	if err != nil {
		t.Fatal(err)
	}
	if code := sh.Run(ctx, "while :; do :; done"); code != 130 {
		t.Errorf("interrupted: exit %d", code)
	}
}

func TestClients(t *testing.T) {
	cluster := load(t, "testdata/world.yaml")
	for client, want := range map[string]string{
		"pod:nobody": "no pod nobody", "pod:nowhere/debug": "namespace nowhere", "node:nope": "no node nope", "external:nope": "no outside host nope",
	} {
		c, err := dataplane.ParseClient(client, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := shell.New(shell.Options{Cluster: cluster, Client: c}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want it to say %q", client, err, want)
		}
	}
}

// FuzzRun types whatever comes: it must not panic nor hang.
func FuzzRun(f *testing.F) {
	cluster := load(f, "testdata/world.yaml")
	for _, line := range []string{
		"curl -sv -o /tmp/x -w '%{http_code}' web", "dig +search +short web", "nslookup -type=srv _http._tcp.web", "host -t a web",
		"nc -zv web 80-82 -w 1", "ping -c 1 -W 1 web", "wget -qO- web", "getent ahosts web", "for i in $(seq 3); do curl -s web; done | sort | uniq -c",
		"[ -O /etc/hosts ]", "cut -d, -f1-", "seq 1 0.1 2", "tr a-z A-Z", "ip -br a", "timeout 1 curl web:81", "grep -E '(' x", "echo ${x:?}",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		// Only tools are tried with arbitrary arguments: the language is its
		// library's, and loops that compute for ever would take their five
		// seconds each.
		if strings.ContainsAny(line, "{}[]()$`&;*?~") || len(line) > 200 {
			return
		}
		runAt(t, cluster, "pod:debug", line)
	})
}

func BenchmarkCurl(b *testing.B) {
	cluster := load(b, "testdata/world.yaml")
	for b.Loop() {
		runAt(b, cluster, "pod:debug", "curl -s web")
	}
}
