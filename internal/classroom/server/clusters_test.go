package server_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/classroom/server"
	"github.com/kubetutor/tutor/internal/live"
	"github.com/kubetutor/tutor/internal/tui"
	"github.com/kubetutor/tutor/lessons"
)

// loadLive is the small lesson with real checks and running clusters.
func loadLive(context.Context) (*tui.Lesson, error) {
	pack, err := lessons.Load(os.DirFS("../../tui/testdata/lesson"))
	if err != nil {
		return nil, err
	}
	g := grader.New(pack)
	return &tui.Lesson{Pack: pack, Check: g.Check, Live: func(_ context.Context, task *lessons.Scenario, _ bool) (*live.Cluster, error) {
		return live.Open(g, task, time.Now)
	}}, nil
}

const (
	f5, f6, f7, f8 = "\x1b[15~", "\x1b[17~", "\x1b[18~", "\x1b[19~"
	atShell        = "node-eu-west-1a $"
)

// openShell goes to the task's shell.
func openShell(term *terminal) {
	term.t.Helper()
	openTask(term)
	term.press(f6)
	term.wait("next hop")
	term.press(f6)
	term.wait(atShell)
}

// run runs a line in the shell and waits for a part of what it prints.
func (term *terminal) run(line, want string) {
	term.t.Helper()
	term.press(line + "\r")
	term.wait(want)
}

func TestAClusterIsKept(t *testing.T) {
	c := openWith(t, server.Limits{}, nil, loadLive)
	key := newKey(t)
	term := c.terminal("kim", key)
	term.wait(title)
	openShell(term)
	term.run("kubectl create service clusterip mine --tcp=80", "service/mine created")
	term.close()
	c.close()

	c = openOn(t, c.store, server.Limits{}, filepath.Join(t.TempDir(), "host_key"), loadLive)
	term = c.terminal("kim", key)
	term.wait(atShell) // where it was
	term.run("kubectl get svc mine", "80/TCP")

	two := c.terminal("kim", key) // another window: the same cluster
	two.wait(atShell)
	two.run("kubectl create service clusterip theirs --tcp=81", "service/theirs created")
	term.run("kubectl get svc theirs", "81/TCP")
	two.close()

	term.press(f8) // start again
	term.wait("leave editor")
	term.press(f6)
	term.wait("next hop")
	term.press(f6)
	term.wait(atShell)
	term.run("kubectl get svc mine", `"mine" not found`)
}

// TestTheMachineIsOutOfReach tries what a shell invites to.
func TestTheMachineIsOutOfReach(t *testing.T) {
	secret, temp := filepath.Join(t.TempDir(), "secret.yaml"), t.TempDir()
	t.Setenv("TMPDIR", temp)
	if err := os.WriteFile(secret, []byte("kind: TOPSECRET\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := openWith(t, server.Limits{}, nil, loadLive)
	term := c.terminal("kim", newKey(t))
	term.wait(title)
	openShell(term)
	for i, line := range []string{
		"kubectl apply -f " + secret,
		"kubectl apply -f ../../../../../../../.." + secret,
		"kubectl apply -f file://" + secret,
		"kubectl apply -f manifest.yaml/../" + secret,
		"kubectl create -f /proc/self/environ",
		"kubectl apply -f http://" + c.address + "/",
		"kubectl apply -k /etc",
		"kubectl create configmap x --from-file=" + secret,
		"kubectl create secret generic x --from-env-file=" + secret,
		"kubectl get pods -o go-template-file=" + secret,
		"kubectl get pods -o=jsonpath-file=" + secret,
		"kubectl --kubeconfig " + secret + " get pods",
		"kubectl -s http://" + c.address + " get pods",
		"kubectl --cache-dir=/tmp/x get pods",
		"kubectl config set-cluster x --server=http://x",
		"kubectl cp a:/x " + secret,
		"kubectl port-forward svc/kubernetes 1:443",
		"kubectl proxy",
		"kubectl plugin list",
		"kubectl diff -f manifest.yaml",
		"KUBECONFIG=" + secret + " kubectl get pods",
		"cat " + secret,
		"cat < " + secret,
		"curl -m1 file://" + secret,
		"curl -m1 http://" + c.address + "/",
		"echo x > " + secret,
		"sh -c 'cat " + secret + "'",
		"$(cat " + secret + ")",
		"/bin/cat " + secret,
		"bash -c id",
	} {
		end := fmt.Sprintf("end-%d-", i)
		term.press(line + "; echo " + end + "\r")
		term.wait("\n  " + end)
		term.wait("\n  " + end + strings.Repeat(" ", 98-len(end)) + "\n  node:node-eu-west-1a $")
		if strings.Contains(term.text(), "TOPSECRET") || strings.Contains(term.text(), "SSH-2.0") || strings.Contains(term.text(), "TUTOR_") {
			t.Fatalf("%s: the screen shows\n%s", line, term.text())
		}
	}
	if b, err := os.ReadFile(secret); err != nil || string(b) != "kind: TOPSECRET\n" {
		t.Errorf("the file is %q now, %v", b, err)
	}
	term.close()
	c.close()
	found, err := filepath.Glob(filepath.Join(temp, "*"))
	if err != nil || len(found) > 0 {
		t.Errorf("files are left: %v, %v", found, err)
	}
}

// TestLearnersHaveClustersOfTheirOwn has one look for what the other made.
func TestLearnersHaveClustersOfTheirOwn(t *testing.T) {
	c := openWith(t, server.Limits{}, nil, loadLive)
	var terms []*terminal
	for i, key := range []gossh.Signer{newKey(t), newKey(t)} {
		term := c.terminal([]string{"kim", "ada"}[i], key)
		term.wait(title)
		openShell(term)
		terms = append(terms, term)
	}
	terms[0].run("kubectl create service clusterip mine --tcp=80", "service/mine created")
	terms[1].run("kubectl get svc mine", `"mine" not found`)
}
