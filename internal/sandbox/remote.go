package sandbox

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"

	"github.com/kubetutor/tutor/simulator/world"
)

// remote is a cluster that another program runs.
type remote struct {
	*httputil.ReverseProxy
	transport *http.Transport
}

// dial finds the program behind the socket.
func dial(ctx context.Context, path string) (*remote, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "unix", path)
	if err != nil {
		return nil, err
	}
	conn.Close()
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return dialer.DialContext(ctx, "unix", path)
	}}
	target := &url.URL{Scheme: "http", Host: "sandbox"}
	proxy := &httputil.ReverseProxy{
		Rewrite:       func(r *httputil.ProxyRequest) { r.SetURL(target) },
		Transport:     transport,
		FlushInterval: -1,                         // a watch is read as it is written
		ErrorLog:      log.New(io.Discard, "", 0), // a watch that is given up is no news
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			http.Error(w, "the tutor that ran the sandbox has ended: "+err.Error(), http.StatusServiceUnavailable)
		},
	}
	return &remote{proxy, transport}, nil
}

func (r *remote) snapshot(ctx context.Context) (*world.World, error) {
	b, err := r.do(ctx, http.MethodGet, snapshotPath, nil)
	if err != nil {
		return nil, fmt.Errorf("read the sandbox: %w", err)
	}
	w := new(world.World)
	if err := json.Unmarshal(b, w); err != nil {
		return nil, fmt.Errorf("read the sandbox: %w", err)
	}
	return w, nil
}

func (r *remote) version(ctx context.Context) (int64, error) {
	b, err := r.do(ctx, http.MethodGet, versionPath, nil)
	if err != nil {
		return 0, fmt.Errorf("read the sandbox's version: %w", err)
	}
	return strconv.ParseInt(string(b), 10, 64)
}

func (r *remote) reset(ctx context.Context, w *world.World) error {
	b, err := json.Marshal(w)
	if err != nil {
		return fmt.Errorf("reset the sandbox: %w", err)
	}
	if _, err := r.do(ctx, http.MethodPost, resetPath, b); err != nil {
		return fmt.Errorf("reset the sandbox: %w", err)
	}
	return nil
}

func (r *remote) do(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, "http://sandbox"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	res, err := r.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(limit(res.Body))
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, errors.New(strings.TrimSpace(string(b)))
	}
	return b, nil
}

func (r *remote) close() { r.transport.CloseIdleConnections() }
