package apiserver_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/kubetutor/tutor/simulator/apply"
)

// knownFaults are faults that kube-apiserver itself answers a client's mistake with.
var knownFaults = []string{"HealthCheck NodePort", "failed to create typed patch object"}

// serverFault reports answers that no client can have caused.
func serverFault(t *testing.T, h http.Handler, r *http.Request) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	known := slices.ContainsFunc(knownFaults, func(words string) bool { return strings.Contains(w.Body.String(), words) })
	// kube-apiserver gives no reason for a strategic merge that it cannot do.
	if r.Header.Get("Content-Type") == "application/strategic-merge-patch+json" {
		known = known || !strings.Contains(w.Body.String(), `"reason":`)
	}
	if w.Code >= 500 && !known {
		t.Errorf("%s %s: %d %s", r.Method, r.URL, w.Code, w.Body)
	}
}

func FuzzDecode(f *testing.F) {
	for _, body := range []string{
		`{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"ports":[{"port":80}]}}`,
		"apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80, targetPort: http}]}",
		`{"kind":"Pod"}`, `[]`, "a: &a [*a]", "\xff", `{"spec":{"ports":[{"port":1e99}]}}`,
	} {
		f.Add(body, true)
		f.Add(body, false)
	}
	c := newCluster(f)
	f.Fuzz(func(t *testing.T, body string, yaml bool) {
		r := httptest.NewRequest("POST", "/api/v1/namespaces/production/services?dryRun=All", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		if yaml {
			r.Header.Set("Content-Type", "application/yaml")
		}
		serverFault(t, c.Handler(), r)
	})
}

func FuzzPatch(f *testing.F) {
	types := []string{
		"application/json-patch+json", "application/merge-patch+json",
		"application/strategic-merge-patch+json", "application/apply-patch+yaml",
	}
	for i := range types {
		for _, patch := range []string{
			`{"spec":{"type":"NodePort"}}`, `{"spec":{"ports":[{"$patch":"replace"},{"port":80}]}}`, `{"spec":{"$retainKeys":["type"]}}`,
			`[{"op":"replace","path":"/spec/type","value":"NodePort"}]`, `[{"op":"move","from":"/spec","path":"/spec/a"}]`,
			`{"spec":{"$setElementOrder/ports":[{"port":1}],"ports":[{"port":1,"$patch":"delete"}]}}`, `null`, `{"metadata":null}`,
			"apiVersion: v1\nkind: Service\nmetadata: {name: kubernetes}\nspec: {ports: [{port: 80}]}",
		} {
			f.Add(i, patch)
		}
	}
	c := newCluster(f)
	f.Fuzz(func(t *testing.T, kind int, patch string) {
		r := httptest.NewRequest("PATCH", "/api/v1/namespaces/default/services/kubernetes?dryRun=All&fieldManager=fuzz", strings.NewReader(patch))
		r.Header.Set("Content-Type", types[uint(kind)%uint(len(types))])
		serverFault(t, c.Handler(), r)
	})
}

func FuzzSelectors(f *testing.F) {
	for _, q := range [][2]string{
		{"app=redis", "metadata.name=x"}, {"app in (a,b),!c", "spec.type!=NodePort"}, {"a=b=c", "x"}, {"(", `\`}, {"app>1", "spec.nope=1"},
	} {
		f.Add(q[0], q[1])
	}
	c := newCluster(f)
	f.Fuzz(func(t *testing.T, labels, fields string) {
		q := url.Values{"labelSelector": {labels}, "fieldSelector": {fields}, "continue": {fields}}
		serverFault(t, c.Handler(), httptest.NewRequest("GET", "/api/v1/services?"+q.Encode(), nil))
		q.Del("continue")
		serverFault(t, c.Handler(), httptest.NewRequest("GET", "/api/v1/services?"+q.Encode(), nil))
	})
}

func FuzzFile(f *testing.F) {
	f.Add([]byte("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n---\na: b"))
	f.Add([]byte(`{"apiVersion":"v1","kind":"List","items":[{"kind":"Service","apiVersion":"v1"}]}`))
	f.Add([]byte("---\n---\n\n"))
	c := newCluster(f)
	f.Fuzz(func(t *testing.T, manifest []byte) {
		for _, r := range apply.File(t.Context(), c.API(), manifest, apply.Options{DryRun: true}) {
			if r.Err == nil && r.Action == "" {
				t.Errorf("%+v: neither done nor refused", r)
			}
		}
	})
}
