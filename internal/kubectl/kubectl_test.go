package kubectl

import (
	"bytes"
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// runWith runs kubectl against a handler that must not be reached, unless one
// is given, and returns the exit code and what was printed.
func runWith(t *testing.T, o Options, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	if o.Config == "" {
		o.Config = filepath.Join(t.TempDir(), "kubeconfig")
		if err := WriteConfig(o.Config, "https://tutor.invalid"); err != nil {
			t.Fatal(err)
		}
	}
	if o.Handler == nil {
		o.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			t.Errorf("the API server was asked for %s", r.URL)
		})
	}
	var out, err bytes.Buffer
	if o.Streams.In == nil {
		o.Streams.In = strings.NewReader("")
	}
	o.Streams.Out, o.Streams.Err = &out, &err
	code = Run(context.Background(), o, args)
	return code, out.String(), err.String()
}

func TestRestrictedRefuses(t *testing.T) {
	for _, line := range []string{
		"apply -f /etc/passwd",
		"apply -f https://example.com/a.yaml",
		"apply --filename=../secret.yaml",
		"apply -k .",
		"apply edit-last-applied svc a",
		"create configmap a --from-file=/etc/passwd",
		"create configmap a --from-env-file=/etc/passwd",
		"create secret tls a --cert=/etc/a --key=/etc/b",
		"create -f - --edit",
		"patch svc a --patch-file=/etc/passwd",
		"get svc -o go-template-file=/etc/passwd",
		"get svc -o jsonpath-file=/etc/passwd",
		"get svc -o custom-columns-file=/etc/passwd",
		"get svc -o templatefile --template=/etc/passwd",
		"get svc --kubeconfig=/etc/passwd",
		"get svc --kuberc=/etc/passwd",
		"get svc --server=http://10.0.0.1",
		"get svc --cache-dir=/tmp/x",
		"get svc --token=x",
		"get svc --certificate-authority=/etc/passwd",
		"get svc --client-key=/etc/passwd",
		"get svc --proxy-url=http://10.0.0.1",
		"get svc --profile=cpu --profile-output=/tmp/x",
		"get svc --tls-server-name=x",
		"cluster-info dump --output-directory=/tmp/x",
		"config set users.tutor.exec.command sh",
		"config set-credentials tutor --exec-command=sh",
		"config set-cluster tutor --server=http://10.0.0.1",
		"config set-context a --kubeconfig=/tmp/x",
		"config unset users",
		"config view --kubeconfig=/etc/passwd",
		"cp a:/b /tmp/c",
		"debug node/a -it --image=busybox",
		"diff -f -",
		"edit svc a",
		"kustomize /etc",
		"plugin list",
		"port-forward svc/a 80",
		"proxy --port=8001",
		"certificate approve a",
	} {
		t.Run(line, func(t *testing.T) {
			code, out, err := runWith(t, Options{Restricted: true}, strings.Fields(line)...)
			if code != 1 || out != "" || !strings.Contains(err, "not available here: ") {
				t.Errorf("exit %d, output %q, error %q", code, out, err)
			}
		})
	}
}

// TestEveryFlagIsDecided makes a new kubectl's flags visible: one that is
// neither allowed nor known to be refused fails here.
func TestEveryFlagIsDecided(t *testing.T) {
	refused := strings.Fields(`aggregation-rule append-hash audience bound-object-kind bound-object-name bound-object-uid
		cache-dir cached cert certificate-authority client-certificate client-key clusterrole docker-email docker-password
		docker-server docker-username duration edit from-env-file from-file global-default group hard
		insecure-skip-tls-verify key kubeconfig kuberc kustomize max-unavailable min-available non-resource-url password
		patch-file preemption-policy profile profile-output proxy-url role schedule scopes server tls-server-name token
		username value verb vmodule`)
	decided := map[string]bool{}
	for _, name := range append(refused, allowedFlags...) {
		if decided[name] {
			t.Errorf("--%s is decided twice", name)
		}
		decided[name] = true
	}
	seen := map[string]bool{}
	eachCommand(newSession(context.Background(), Options{}).rootCommand(), func(cmd *cobra.Command, path string) {
		if path != "edit" && (!within(path, allowedCommands) || refusedCommands[path] != "") { // edit: in an editor of ours
			return
		}
		note := func(f *pflag.Flag) {
			if !decided[f.Name] {
				t.Errorf("kubectl %s: --%s is not decided: %s", path, f.Name, f.Usage)
			}
			seen[f.Name] = true
		}
		cmd.Flags().VisitAll(note)
		cmd.InheritedFlags().VisitAll(note)
	})
	for name := range decided {
		if !seen[name] {
			t.Errorf("--%s is decided but no command has it", name)
		}
	}
}

func eachCommand(cmd *cobra.Command, visit func(cmd *cobra.Command, path string)) {
	for _, sub := range cmd.Commands() {
		visit(sub, strings.TrimPrefix(sub.CommandPath(), "kubectl "))
		eachCommand(sub, visit)
	}
}

func TestWordsBeforeTheServer(t *testing.T) {
	for _, tc := range []struct{ line, want string }{
		{"foo", "error: unknown command \"foo\" for \"kubectl\"\n\nDid you mean this?\n\ttop\n"},
		{"apply", "error: must specify one of -f and -k\n"},
		{"get --nope", "error: unknown flag: --nope\nSee 'kubectl get --help' for usage.\n"},
		{"get svc a pod/b", "error: there is no need to specify a resource type as a separate argument when passing arguments in resource/name form " +
			"(e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'\n"},
		{"apply -f nope.yaml", "error: the path \"nope.yaml\" does not exist\n"},
	} {
		code, out, err := runWith(t, Options{Handler: http.NotFoundHandler()}, strings.Fields(tc.line)...)
		if code != 1 || out != "" || err != tc.want {
			t.Errorf("%s: exit %d, output %q, error %q, want %q", tc.line, code, out, err, tc.want)
		}
	}
}

func TestVersion(t *testing.T) {
	code, out, err := runWith(t, Options{}, "version", "--client")
	if code != 0 || !strings.HasPrefix(out, "Client Version: v1.37.2\nKustomize Version: v5.") || err != "" {
		t.Errorf("exit %d, output %q, error %q", code, out, err)
	}
}

func TestConfigIsOurs(t *testing.T) {
	t.Setenv("KUBECONFIG", "/nonexistent/production")
	config := filepath.Join(t.TempDir(), "kubeconfig")
	if err := WriteConfig(config, "https://tutor.invalid"); err != nil {
		t.Fatal(err)
	}
	o := Options{Config: config}
	if code, _, err := runWith(t, o, "config", "set-context", "--current", "--namespace=production"); code != 0 {
		t.Fatal(err)
	}
	_, out, err := runWith(t, o, "config", "view", "--minify", "-o", "jsonpath={..namespace} {..server}")
	if out != "production https://tutor.invalid" {
		t.Errorf("config view: %q, %q", out, err)
	}
}
