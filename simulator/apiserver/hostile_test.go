package apiserver_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/kubetutor/tutor/simulator/apiserver"
	"github.com/kubetutor/tutor/simulator/apply"
)

const configMaps = "/api/v1/namespaces/default/configmaps"

// bomb is a YAML document of few lines that its aliases blow up to billions
// of values.
func bomb() string {
	var b strings.Builder
	b.WriteString("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n")
	for i := 1; i < 10; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
	}
	return b.String()
}

func nested(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }

func TestHostileBodies(t *testing.T) {
	head := `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"x"},"data":`
	for name, tc := range map[string]struct {
		method, path, contentType, body string
		want                            int
		words                           string
	}{
		"over 3 MB":          {"POST", configMaps, "application/json", head + `{"a":"` + strings.Repeat("x", 3<<20) + `"}}`, 413, "Request entity too large: limit is 3145728"},
		"over 3 MB in patch": {"PATCH", "/api/v1/namespaces/default", "application/merge-patch+json", `{"a":"` + strings.Repeat("x", 3<<20) + `"}`, 413, "limit is 3145728"},
		"alias bomb":         {"POST", configMaps, "application/yaml", "apiVersion: v1\nkind: ConfigMap\n" + bomb(), 400, "excessive aliasing"},
		"alias bomb applied": {"PATCH", configMaps + "/x?fieldManager=me", "application/apply-patch+yaml", bomb(), 400, "excessive aliasing"},
		"deep JSON":          {"POST", configMaps, "application/json", head + nested(10_001) + "}", 400, "exceeded max depth"},
		"deep YAML":          {"POST", configMaps, "application/yaml", "apiVersion: v1\nkind: ConfigMap\ndata: " + nested(10_001), 400, "depth"},
		"deep merge patch":   {"PATCH", "/api/v1/namespaces/default", "application/merge-patch+json", `{"metadata":` + nested(10_001) + "}", 400, "exceeded max depth"},
		"deep JSON patch":    {"PATCH", "/api/v1/namespaces/default", "application/json-patch+json", nested(10_001), 400, ""},
		"not UTF-8":          {"POST", configMaps, "application/json", head + "{\"a\":\"\xff\xfe\"}}", 201, ""},
		"not UTF-8 in YAML":  {"POST", configMaps, "application/yaml", "apiVersion: v1\nkind: ConfigMap\ndata: {a: \"\xff\"}", 400, "invalid"},
		"no body":            {"POST", configMaps, "application/json", "", 400, ""},
		"no object":          {"POST", configMaps, "application/json", `"a"`, 400, ""},
		"another kind":       {"POST", configMaps, "application/json", `{"apiVersion":"v1","kind":"Pod"}`, 400, "cannot be handled as a ConfigMap: converting (v1.Pod) to (core.ConfigMap): unknown conversion"},
		"another media type": {"POST", configMaps, "text/html", "<p>", 415, "the body of the request was in an unknown format"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t)
			if got := send(t, c.Handler(), tc.method, tc.path, tc.contentType, tc.body, tc.want); !strings.Contains(got, tc.words) {
				t.Errorf("answered %.300s\nwant it to say %s", got, tc.words)
			}
		})
	}
}

func TestHostileFiles(t *testing.T) {
	for name, file := range map[string]string{
		"alias bomb":  bomb(),
		"deep":        "a: " + nested(10_001),
		"deep JSON":   `{"a":` + nested(10_001) + `}`,
		"not UTF-8":   "a: \xff\xfe",
		"a NUL":       "a: \x00",
		"only dashes": strings.Repeat("---\n", 10_000),
		"a long line": "a: " + strings.Repeat("x", 1<<20),
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t)
			results := c.Apply(context.Background(), []byte(file))
			if _, stderr, exit := apply.Output(results); exit != 1 || stderr == "" {
				t.Errorf("exit %d, %q", exit, stderr)
			}
		})
	}
}

// TestDeafWatcher has a client that opens a watch and reads nothing of it:
// writers go on, and the server closes.
func TestDeafWatcher(t *testing.T) {
	c := newCluster(t)
	server := httptest.NewServer(c.Handler())
	defer server.Close()
	r, err := http.Get(server.URL + "/api/v1/configmaps?watch=true")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	big := strings.Repeat("x", 10_000)
	for i := range 2000 {
		body := fmt.Sprintf(`{"metadata":{"name":"x-%d"},"data":{"a":%q}}`, i, big)
		send(t, c.Handler(), "POST", configMaps, "application/json", body, http.StatusCreated)
	}
	r.Body.Close()
	c.Close()
}

// TestManyWriters has 1,000 clients change one Service, each by reading it and
// writing it back, and again on a conflict: no change is lost.
func TestManyWriters(t *testing.T) {
	const writers = 1000
	c := newCluster(t)
	h := c.Handler()
	path := "/api/v1/namespaces/production/services"
	send(t, h, "POST", path, "application/json", fmt.Sprintf(service, "redis", 6379), http.StatusCreated)
	services := apiserver.Find(corev1.Resource("services"))
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			for {
				obj, err := c.API().Get(services, "production", "redis")
				if err != nil {
					t.Error(err)
					return
				}
				svc := obj.(*corev1.Service)
				body := fmt.Sprintf(`{"metadata":{"resourceVersion":%q,"labels":{"writer-%d":"was-here"}}}`, svc.ResourceVersion, i)
				w := httptest.NewRecorder()
				r := httptest.NewRequest("PATCH", path+"/redis", strings.NewReader(body))
				r.Header.Set("Content-Type", "application/merge-patch+json")
				h.ServeHTTP(w, r)
				switch {
				case w.Code == http.StatusOK:
					return
				case w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "the object has been modified"):
					t.Errorf("%d %s", w.Code, w.Body)
					return
				}
			}
		})
	}
	wg.Wait()
	if svc := c.State().Service("production", "redis"); len(svc.Labels) != writers {
		t.Errorf("%d of %d changes are there", len(svc.Labels), writers)
	}
}

// TestManyClusters runs 50 clusters at once; the race detector looks on.
func TestManyClusters(t *testing.T) {
	var wg sync.WaitGroup
	for i := range 50 {
		c := newCluster(t)
		wg.Go(func() {
			stop := c.Follow(time.Now)
			defer stop()
			name := fmt.Sprintf("svc-%d", i)
			manifest := fmt.Appendf(nil, service, name, 6379)
			for range 3 {
				for _, r := range c.Apply(context.Background(), manifest) {
					if r.Err != nil {
						t.Error(r.Err)
					}
				}
			}
			path := "/api/v1/namespaces/production/services/" + name
			send(t, c.Handler(), "PATCH", path+"?fieldManager=me&force=true", "application/apply-patch+yaml", fmt.Sprintf(service, name, 6380), http.StatusOK)
			send(t, c.Handler(), "GET", path, "", "", http.StatusOK)
			send(t, c.Handler(), "GET", "/openapi/v3/api/v1", "", "", http.StatusOK)
			c.Settle()
			if c.State().Service("production", name) == nil {
				t.Errorf("%s is not there", name)
			}
			send(t, c.Handler(), "DELETE", path, "", "", http.StatusOK)
			c.Close()
		})
	}
	wg.Wait()
}
