package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/kubetutor/tutor/simulator/world"
)

// Paths that are answered on the socket beside the Kubernetes API.
const (
	snapshotPath = "/tutor/v1/snapshot"
	versionPath  = "/tutor/v1/version"
	resetPath    = "/tutor/v1/reset"
)

// served is what other programs may ask.
type served interface {
	http.Handler
	snapshot() *world.World
	version() int64
	reset(*world.World) error
}

// serve answers other programs on the socket. A socket without an owner is
// what a killed program left: this program holds the lock.
func serve(dir string, s served) (*http.Server, error) {
	path := socketPath(dir)
	if err := makeFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove the old socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("answer other programs: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("/", s)
	mux.HandleFunc("GET "+snapshotPath, func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(s.snapshot())
	})
	mux.HandleFunc("GET "+versionPath, func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, strconv.FormatInt(s.version(), 10))
	})
	mux.HandleFunc("POST "+resetPath, func(w http.ResponseWriter, r *http.Request) {
		fresh := new(world.World)
		if err := json.NewDecoder(limit(r.Body)).Decode(fresh); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if err := s.reset(fresh); err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		}
	})
	server := &http.Server{Handler: mux, ErrorLog: log.New(io.Discard, "", 0)}
	go server.Serve(l)
	return server, nil
}

// shut ends the answers; what takes longer than a moment is cut off. A folder
// that was made for the socket alone goes with it.
func shut(dir string, server *http.Server) {
	if server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		server.Close()
	}
	if folder := filepath.Dir(socketPath(dir)); folder != dir {
		os.Remove(folder)
	}
}
