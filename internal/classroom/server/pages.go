package server

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/classroom/page"
)

// Pages answers over HTTP: /healthz (the process runs), /readyz (the class
// can be read), /metrics for Prometheus, and /board, the page for the
// projector, to who knows the token.
func (s *Server) Pages(token string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	mux.HandleFunc("GET /readyz", s.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{}))
	board := page.New(func(ctx context.Context) (classroom.Board, error) { return (&teacher{s}).Board(ctx) }, token)
	mux.Handle("/board", board)
	mux.Handle("/board/", board)
	return mux
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	if _, err := s.Store.Class(ctx); err != nil || s.room.isOver() {
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ok\n"))
}
