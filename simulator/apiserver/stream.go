package apiserver

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/remotecommand"
	"k8s.io/streaming/pkg/httpstream"
	"k8s.io/streaming/pkg/httpstream/spdy"
	"k8s.io/streaming/pkg/httpstream/wsstream"
)

// stream connects a command to its client, over a WebSocket as clients since
// 1.31 do or over SPDY as those before.
func (s *Server) stream(w http.ResponseWriter, r *http.Request, req execRequest, ended func(exit int)) error {
	if !httpstream.IsUpgradeRequest(r) && !wsstream.IsWebSocketRequest(r) {
		return apierrors.NewBadRequest("Upgrade request required")
	}
	if wsstream.IsWebSocketRequest(r) {
		return s.streamWebSocket(w, r, req, ended)
	}
	return s.streamSPDY(w, r, req, ended)
}

func (s *Server) streamWebSocket(w http.ResponseWriter, r *http.Request, req execRequest, ended func(exit int)) error {
	read := func(want bool) wsstream.ChannelType {
		if want {
			return wsstream.ReadChannel
		}
		return wsstream.IgnoreChannel
	}
	write := func(want bool) wsstream.ChannelType {
		if want {
			return wsstream.WriteChannel
		}
		return wsstream.IgnoreChannel
	}
	channels := []wsstream.ChannelType{
		remotecommand.StreamStdIn: read(req.in), remotecommand.StreamStdOut: write(req.out),
		remotecommand.StreamStdErr: write(req.err && !req.tty), remotecommand.StreamErr: wsstream.WriteChannel,
		remotecommand.StreamResize: wsstream.ReadChannel,
	}
	conn := wsstream.NewConn(map[string]wsstream.ChannelProtocolConfig{
		remotecommand.StreamProtocolV5Name: {Binary: true, Channels: channels},
		remotecommand.StreamProtocolV4Name: {Binary: true, Channels: channels},
	})
	conn.SetIdleTimeout(4 * time.Hour)
	_, streams, err := conn.Open(w, r)
	if err != nil {
		return nil // the connection is no longer HTTP's
	}
	defer conn.Close()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	io := Streams{In: orEmpty(nil), Out: orDiscard(nil), Err: orDiscard(nil), TTY: req.tty}
	if req.in {
		io.In = hangUp{streams[remotecommand.StreamStdIn], cancel, req.tty}
	}
	if req.out {
		io.Out = streams[remotecommand.StreamStdOut]
	}
	if req.err && !req.tty {
		io.Err = streams[remotecommand.StreamStdErr]
	} else if req.tty {
		io.Err = io.Out
	}
	if req.tty {
		io.Resize = readSizes(ctx, streams[remotecommand.StreamResize])
	}
	exit := s.run(ctx, req, io, streams[remotecommand.StreamErr])
	ended(exit)
	return nil
}

// hangUp is the input of a terminal: when it ends, so does what runs in it.
type hangUp struct {
	io.Reader
	cancel context.CancelFunc
	tty    bool
}

func (h hangUp) Read(b []byte) (int, error) {
	n, err := h.Reader.Read(b)
	if err != nil && h.tty {
		h.cancel()
	}
	return n, err
}

// spdyWait is how long a client may take to open its streams.
const spdyWait = 30 * time.Second

func (s *Server) streamSPDY(w http.ResponseWriter, r *http.Request, req execRequest, ended func(exit int)) error {
	if _, err := httpstream.Handshake(r, w, remotecommand.SupportedStreamingProtocols); err != nil {
		return apierrors.NewBadRequest(err.Error())
	}
	opened := make(chan httpstream.Stream, 8)
	conn := spdy.NewResponseUpgrader().UpgradeResponse(w, r, func(stream httpstream.Stream, replied <-chan struct{}) error {
		opened <- stream
		return nil
	})
	if conn == nil {
		return nil // the upgrader has answered
	}
	defer conn.Close()
	streams, err := waitForStreams(opened, req)
	if err != nil {
		return nil // the connection is no longer HTTP's
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	go func() {
		select {
		case <-conn.CloseChan():
			cancel()
		case <-ctx.Done():
		}
	}()
	io := Streams{In: orEmpty(nil), Out: orDiscard(nil), Err: orDiscard(nil), TTY: req.tty}
	if in := streams[corev1.StreamTypeStdin]; in != nil {
		io.In = in
	}
	if out := streams[corev1.StreamTypeStdout]; out != nil {
		io.Out = out
	}
	if err := streams[corev1.StreamTypeStderr]; err != nil {
		io.Err = err
	} else if req.tty {
		io.Err = io.Out
	}
	if resize := streams[corev1.StreamTypeResize]; resize != nil {
		io.Resize = readSizes(ctx, resize)
	}
	exit := s.run(ctx, req, io, streams[corev1.StreamTypeError])
	ended(exit)
	for _, stream := range streams {
		stream.Close() //nolint:errcheck // the client has gone
	}
	return nil
}

// waitForStreams collects the streams that the client opens, by their type.
func waitForStreams(opened <-chan httpstream.Stream, req execRequest) (map[string]httpstream.Stream, error) {
	want := map[string]bool{
		corev1.StreamTypeError: true, corev1.StreamTypeStdin: req.in, corev1.StreamTypeStdout: req.out,
		corev1.StreamTypeStderr: req.err && !req.tty, corev1.StreamTypeResize: req.tty,
	}
	missing := 0
	for _, wanted := range want {
		if wanted {
			missing++
		}
	}
	timer := time.NewTimer(spdyWait)
	defer timer.Stop()
	streams := map[string]httpstream.Stream{}
	for len(streams) < missing {
		select {
		case stream := <-opened:
			streams[stream.Headers().Get(corev1.StreamType)] = stream
		case <-timer.C:
			return nil, fmt.Errorf("%d of %d: %w", len(streams), missing, errNoStreams)
		}
	}
	return streams, nil
}
