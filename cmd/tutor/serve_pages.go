package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/kubetutor/tutor/internal/classroom/server"
)

// servePages answers health checks, Prometheus and the projector's browser.
func servePages(sys *system, s *server.Server, f *serveFlags, token string, failed chan<- error) (stop func(), err error) {
	l, err := net.Listen("tcp", f.http)
	if err != nil {
		return nil, fmt.Errorf("listen for health, metrics and the projector: %w", err)
	}
	token = cmp.Or(f.token, sys.getenv("TUTOR_TOKEN"), token)
	web := &http.Server{Handler: s.Pages(token), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := web.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- err
		}
	}()
	fmt.Fprintf(sys.out, "For the projector: http://%s/board?token=%s\n", l.Addr(), token)
	return func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if web.Shutdown(ctx) != nil {
			web.Close()
		}
	}, nil
}

// makeDir makes a folder that its owner alone can read.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the class's folder: %w", err)
	}
	return nil
}
