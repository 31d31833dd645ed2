package kubectl

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"slices"
)

// streaming are the commands whose protocol needs a connection of its own:
// client-go dials for them by itself and knows no other way than the network.
var streaming = []string{"exec", "attach", "run", "cp", "debug", "port-forward"}

func streams(command string) bool { return slices.Contains(streaming, command) }

// streamServer is a port on loopback through which one command streams. It
// wants that command's token and answers nobody else.
type streamServer struct {
	listener net.Listener
	server   *http.Server
	token    string
}

func newStreamServer(h http.Handler) (*streamServer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open a port on loopback for the stream: %w", err)
	}
	s := &streamServer{listener: l, token: rand.Text()}
	want := []byte("Bearer " + s.token)
	s.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			http.Error(w, "Unauthorized", http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	})}
	go s.server.Serve(l)
	return s, nil
}

func (s *streamServer) url() string { return "http://" + s.listener.Addr().String() }

func (s *streamServer) close() { s.server.Close() }
