package apiserver

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestNotFoundIsTextOnlyBelowAServedVersion(t *testing.T) {
	s := New(Options{})
	defer s.Close()
	for path, want := range map[string]string{
		"/api/v1/namespaces/production/nope":       "404 page not found",
		"/api/namespaces/production/services":      `"the server could not find the requested resource"`,
		"/apis/example.com/v1/gadgets":             `"the server could not find the requested resource"`,
		"/nope":                                    `"the server could not find the requested resource"`,
		"/apis/apps/v1/namespaces/production/nope": "404 page not found",
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
}
