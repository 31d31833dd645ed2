package apiserver_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const services = "/api/v1/namespaces/production/services"

func TestTable(t *testing.T) {
	c := newCluster(t)
	r := httptest.NewRequest("GET", "/api/v1/namespaces/default/services/kubernetes", nil)
	r.Header.Set("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json")
	w := httptest.NewRecorder()
	c.Handler().ServeHTTP(w, r)
	var table metav1.Table
	if err := json.Unmarshal(w.Body.Bytes(), &table); err != nil {
		t.Fatal(err)
	}
	var row []string
	for i, cell := range table.Rows[0].Cells {
		row = append(row, fmt.Sprintf("%s=%v", table.ColumnDefinitions[i].Name, cell))
	}
	const want = "Name=kubernetes Type=ClusterIP Cluster-IP=10.96.0.1 External-IP=<none> Port(s)=443/TCP"
	if got := strings.Join(row, " "); !strings.HasPrefix(got, want) {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestUnknownPaths(t *testing.T) {
	c := newCluster(t)
	for path, want := range map[string]int{
		"/api/v1/foos": 404, "/apis/nope/v1": 404, "/apis/apps/v2/deployments": 404, "/nothing": 404,
		"/api/v1/namespaces/default/nodes": 404, "/api/v1/services": 200, "/readyz": 200, "/version": 200,
	} {
		send(t, c.Handler(), "GET", path, "", "", want)
	}
	send(t, c.Handler(), "POST", "/api/v1/services/x", "application/json", "{}", 404)
	send(t, c.Handler(), "DELETE", "/api/v1/namespaces/default", "", "", 403)
}

// TestPages reads a list in pages of three.
func TestPages(t *testing.T) {
	c := newCluster(t)
	for i := range 7 {
		send(t, c.Handler(), "POST", services, "application/json", fmt.Sprintf(service, fmt.Sprintf("page-%d", i), 1), 201)
	}
	var names []string
	for next := ""; ; {
		body := send(t, c.Handler(), "GET", services+"?limit=3&continue="+next, "", "", 200)
		var list metav1.PartialObjectMetadataList
		if err := json.Unmarshal([]byte(body), &list); err != nil {
			t.Fatal(err)
		}
		for _, item := range list.Items {
			if strings.HasPrefix(item.Name, "page-") {
				names = append(names, item.Name)
			}
		}
		if next = list.Continue; next == "" {
			break
		}
	}
	if got := strings.Join(names, " "); got != "page-0 page-1 page-2 page-3 page-4 page-5 page-6" {
		t.Errorf("pages hold %s", got)
	}
}

// TestWatch follows a Service as it comes to match a selector and no longer does.
func TestWatch(t *testing.T) {
	c := newCluster(t)
	server := httptest.NewServer(c.Handler())
	defer server.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", fmt.Sprintf("%s%s?watch=1&labelSelector=tier%%3Dcache&resourceVersion=%d", server.URL, services, c.Version()), nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	send(t, c.Handler(), "POST", services, "application/json", fmt.Sprintf(service, "watched", 1), 201)
	for _, labels := range []string{`{"tier":"cache"}`, `{"more":"1"}`, `{"tier":null}`} {
		send(t, c.Handler(), "PATCH", services+"/watched", "application/merge-patch+json", `{"metadata":{"labels":`+labels+`}}`, 200)
	}
	lines := bufio.NewScanner(answer.Body)
	for _, want := range []string{"ADDED", "MODIFIED", "DELETED"} {
		if !lines.Scan() || !strings.HasPrefix(lines.Text(), `{"type":"`+want+`"`) {
			t.Fatalf("the watch sent %.100s, want %s", lines.Text(), want)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

// TestServerSideApply has two managers want one field.
func TestServerSideApply(t *testing.T) {
	c := newCluster(t)
	path, media := configMaps+"/colours?fieldManager=", "application/apply-patch+yaml"
	manifest := "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: colours}\ndata: {sky: %s}\n"
	send(t, c.Handler(), "PATCH", path+"one", media, fmt.Sprintf(manifest, "blue"), 201)
	conflict := send(t, c.Handler(), "PATCH", path+"two", media, fmt.Sprintf(manifest, "red"), 409)
	if !strings.Contains(conflict, `Apply failed with 1 conflict: conflict with \"one\": .data.sky`) {
		t.Errorf("answered %s", conflict)
	}
	send(t, c.Handler(), "PATCH", path+"two&force=true", media, fmt.Sprintf(manifest, "red"), 200)
	gone := send(t, c.Handler(), "PATCH", path+"two", media, strings.Replace(fmt.Sprintf(manifest, "x"), "data: {sky: x}", "data: {}", 1), 200)
	if strings.Contains(gone, `"sky"`) {
		t.Errorf("a field that nobody manages any longer is still there: %s", gone)
	}
}

func TestFieldValidation(t *testing.T) {
	body := strings.Replace(fmt.Sprintf(service, "a", 1), `"spec":{`, `"spec":{"prots":[],`, 1)
	for directive, want := range map[string]struct {
		code    int
		warning string
	}{
		"Strict": {400, ""}, "Warn": {201, `299 - "unknown field \"spec.prots\""`}, "Ignore": {201, ""}, "": {201, `299 - "unknown field \"spec.prots\""`},
		"Nope": {422, ""},
	} {
		c := newCluster(t)
		r := httptest.NewRequest("POST", services+"?fieldValidation="+directive, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		c.Handler().ServeHTTP(w, r)
		if w.Code != want.code || w.Header().Get("Warning") != want.warning {
			t.Errorf("%q: %d %q %s", directive, w.Code, w.Header().Get("Warning"), w.Body)
		}
	}
}
