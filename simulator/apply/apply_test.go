package apply_test

import (
	"context"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/kubetutor/tutor/simulator/apiserver"
	"github.com/kubetutor/tutor/simulator/apply"
)

func newServer(t testing.TB) *apiserver.Server {
	t.Helper()
	s := apiserver.New(apiserver.Options{})
	for _, name := range []string{"default", "production"} {
		if _, err := s.Create(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

const configMap = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  namespace: production
data:
  colour: green
  size: large
`

func TestApplyTwice(t *testing.T) {
	s := newServer(t)
	steps := []struct {
		manifest string
		want     string
	}{
		{configMap, "configmap/settings created\n"},
		{configMap, "configmap/settings unchanged\n"},
		{strings.Replace(configMap, "  size: large\n", "", 1), "configmap/settings configured\n"},
	}
	for _, step := range steps {
		out, errs, exit := apply.Output(apply.File(context.Background(), s, []byte(step.manifest), apply.Options{}))
		if out != step.want || errs != "" || exit != 0 {
			t.Errorf("%q, %q, exit %d; want %q", out, errs, exit, step.want)
		}
	}
	cm, err := s.Get(apiserver.Find(corev1.Resource("configmaps")), "production", "settings")
	if err != nil {
		t.Fatal(err)
	}
	if data := cm.(*corev1.ConfigMap).Data; len(data) != 1 || data["colour"] != "green" {
		t.Errorf("data = %v: what is no longer in the file is still there", data)
	}
}

// The words of these rows are kubectl's own code's, read in
// k8s.io/kubectl/pkg/cmd/apply and k8s.io/cli-runtime/pkg/resource.
func TestErrors(t *testing.T) {
	for name, tc := range map[string]struct {
		manifest, out, err string
	}{
		"nothing":          {"# a comment\n", "", "error: no objects passed to apply\n"},
		"no kind":          {"apiVersion: v1\n", "", "error: error validating \"manifest.yaml\": error validating data: kind not set; if you choose to ignore these errors, turn validation off with --validate=false\n"},
		"neither":          {"a: b\n", "", "error: error validating \"manifest.yaml\": error validating data: [apiVersion not set, kind not set]; if you choose to ignore these errors, turn validation off with --validate=false\n"},
		"unknown":          {"apiVersion: x/v1\nkind: Gadget\nmetadata: {name: g}\n---\n" + configMap, "configmap/settings created\n", "error: resource mapping not found for name: \"g\" namespace: \"\" from \"manifest.yaml\": no matches for kind \"Gadget\" in version \"x/v1\"\nensure CRDs are installed first\n"},
		"nowhere":          {strings.Replace(configMap, "production", "staging", 1), "", "Error from server (NotFound): error when creating \"manifest.yaml\": namespaces \"staging\" not found\n"},
		"a list":           {"apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}\n", "configmap/a created\nconfigmap/b created\n", ""},
		"a list of a kind": {"apiVersion: v1\nkind: ConfigMapList\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n", "configmap/a created\n", ""},
		"no metadata":      {"apiVersion: v1\nkind: ConfigMap\nmetadata:\n", "", "error: error when retrieving current configuration of:\nResource: \"/v1, Resource=configmaps\", GroupVersionKind: \"/v1, Kind=ConfigMap\"\nName: \"\", Namespace: \"default\"\nfrom server for: \"manifest.yaml\": resource name may not be empty\n"},
		"mistyped":         {configMap + "dta: {}\n", "", "Error from server (BadRequest): error when creating \"manifest.yaml\": ConfigMap in version \"v1\" cannot be handled as a ConfigMap: strict decoding error: unknown field \"dta\"\n"},
	} {
		t.Run(name, func(t *testing.T) {
			out, errs, _ := apply.Output(apply.File(context.Background(), newServer(t), []byte(tc.manifest), apply.Options{}))
			if out != tc.out || errs != tc.err {
				t.Errorf("printed %q and %q\nwant    %q and %q", out, errs, tc.out, tc.err)
			}
		})
	}
}

func TestLines(t *testing.T) {
	manifest := "# first\n\n" + configMap + "---\n# second\napiVersion: x/v1\nkind: Gadget\nmetadata: {name: g}\n"
	results := apply.File(context.Background(), newServer(t), []byte(manifest), apply.Options{})
	if len(results) != 2 || results[0].Line != 3 || results[1].Line != 13 {
		t.Errorf("results %+v", results)
	}
}
