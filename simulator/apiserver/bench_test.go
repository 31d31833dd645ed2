package apiserver_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kubetutor/tutor/simulator/apply"
)

const service = `{"apiVersion":"v1","kind":"Service","metadata":{"name":"%s","namespace":"production","annotations":{}},
"spec":{"selector":{"app":"redis"},"ports":[{"port":6379,"targetPort":%d}]}}`

// BenchmarkHandlerApply is what an apply of a Service costs the server over
// its handler: a GET, then a POST the first time and a PATCH from then on.
func BenchmarkHandlerApply(b *testing.B) {
	c := newCluster(b)
	h := c.Handler()
	path := "/api/v1/namespaces/production/services"
	b.Run("create", func(b *testing.B) {
		n, took := 0, []time.Duration(nil)
		for b.Loop() {
			begun := time.Now()
			name := fmt.Sprintf("redis-%d", n)
			n++
			send(b, h, "GET", path+"/"+name, "", "", http.StatusNotFound)
			send(b, h, "POST", path+"?fieldManager=kubectl-client-side-apply&fieldValidation=Strict", "application/json", fmt.Sprintf(service, name, 6379), http.StatusCreated)
			took = append(took, time.Since(begun))
			b.StopTimer()
			send(b, h, "DELETE", path+"/"+name, "", "", http.StatusOK)
			b.StartTimer()
		}
		reportMedian(b, took)
	})
	b.Run("change", func(b *testing.B) {
		send(b, h, "POST", path, "application/json", fmt.Sprintf(service, "redis", 1), http.StatusCreated)
		n, took := 1, []time.Duration(nil)
		for b.Loop() {
			begun := time.Now()
			n = n%60000 + 1
			patch := fmt.Sprintf(`{"spec":{"$setElementOrder/ports":[{"port":6379}],"ports":[{"port":6379,"targetPort":%d}]}}`, n)
			send(b, h, "GET", path+"/redis", "", "", http.StatusOK)
			send(b, h, "PATCH", path+"/redis?fieldManager=kubectl-client-side-apply&fieldValidation=Strict", "application/strategic-merge-patch+json", patch, http.StatusOK)
			took = append(took, time.Since(begun))
		}
		reportMedian(b, took)
	})
}

// reportMedian adds the p50, which one slow collection does not move.
func reportMedian(b *testing.B, took []time.Duration) {
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2]), "p50-ns")
}

// BenchmarkApply is package apply's way to the same.
func BenchmarkApply(b *testing.B) {
	c := newCluster(b)
	n := 0
	for b.Loop() {
		n = n%60000 + 1
		for _, r := range apply.File(context.Background(), c.API(), fmt.Appendf(nil, service, "redis", n), apply.Options{}) {
			if r.Err != nil {
				b.Fatal(r.Err)
			}
		}
	}
}

func send(t testing.TB, h http.Handler, method, path, contentType, body string, want int) string {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != want {
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Body.String()
}
