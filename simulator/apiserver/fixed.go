package apiserver

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"

	"k8s.io/apimachinery/pkg/version"
)

// kubernetesVersion is what the server says it is.
const kubernetesVersion = "v1.37.2"

// serveFixed answers the paths that are no resource's, and tells whether this
// was one.
func (s *Server) serveFixed(w http.ResponseWriter, r *http.Request) bool {
	path := strings.Trim(r.URL.Path, "/")
	parts := strings.Split(path, "/")
	switch parts[0] {
	case "healthz", "livez", "readyz":
		healthy(w, r, path)
		return true
	case "version":
		writeJSON(w, r, http.StatusOK, version.Info{
			Major: "1", Minor: "37", GitVersion: kubernetesVersion, GitTreeState: "clean",
			GoVersion: runtime.Version(), Compiler: runtime.Compiler, Platform: runtime.GOOS + "/" + runtime.GOARCH,
		})
		return true
	case "openapi":
		return serveOpenAPI(w, r, parts)
	case "api", "apis":
		if r.Method == http.MethodGet {
			return discoverLegacy(w, r, parts)
		}
		return s.serveReview(w, r, parts)
	}
	return false
}

func healthy(w http.ResponseWriter, r *http.Request, path string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if _, verbose := r.URL.Query()["verbose"]; verbose {
		fmt.Fprintf(w, "[+]ping ok\n[+]etcd ok\n%s check passed\n", strings.SplitN(path, "/", 2)[0])
		return
	}
	fmt.Fprint(w, "ok")
}
