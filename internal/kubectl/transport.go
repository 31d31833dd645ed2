package kubectl

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
)

// handlerTransport carries requests to a handler in this process. A response
// streams: a watch is read while the handler still writes.
type handlerTransport struct {
	handler http.Handler
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup
}

func newHandlerTransport(ctx context.Context, h http.Handler) *handlerTransport {
	ctx, cancel := context.WithCancel(ctx)
	return &handlerTransport{handler: h, ctx: ctx, cancel: cancel}
}

// close ends what is still under way and waits for it.
func (t *handlerTransport) close() {
	t.cancel()
	t.running.Wait()
}

// RoundTrip hands the request to the handler.
func (t *handlerTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if err := t.ctx.Err(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(req.Context())
	stop := context.AfterFunc(t.ctx, cancel)
	in := req.Clone(ctx)
	if in.Body == nil {
		in.Body = http.NoBody
	}
	in.RemoteAddr = "127.0.0.1:0"
	in.RequestURI = in.URL.RequestURI()
	w := newResponseStream(req)
	t.running.Go(func() {
		defer stop()
		defer cancel()
		defer in.Body.Close()
		defer w.finish()
		t.handler.ServeHTTP(w, in)
	})
	select {
	case <-w.started:
		w.response.Body = &streamBody{stream: w, cancel: cancel}
		return w.response, nil
	case <-req.Context().Done():
		return nil, req.Context().Err()
	case <-t.ctx.Done():
		return nil, t.ctx.Err()
	}
}

// responseStream is the handler's side of a response. It buffers without
// bound what the client has not read yet, as a fast network would; the server
// itself bounds what a slow watcher may cost.
type responseStream struct {
	response *http.Response
	header   http.Header
	started  chan struct{} // closed once response has its status and headers

	mu     sync.Mutex
	more   *sync.Cond
	buf    bytes.Buffer
	done   bool // the handler has returned
	closed bool // the client has gone
}

func newResponseStream(req *http.Request) *responseStream {
	w := &responseStream{
		response: &http.Response{Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, ContentLength: -1, Request: req},
		header:   make(http.Header),
		started:  make(chan struct{}),
	}
	w.more = sync.NewCond(&w.mu)
	return w
}

func (w *responseStream) Header() http.Header { return w.header }

func (w *responseStream) WriteHeader(code int) {
	if w.response.StatusCode != 0 || code < 200 {
		return
	}
	w.response.StatusCode = code
	w.response.Status = http.StatusText(code)
	w.response.Header = w.header.Clone()
	close(w.started)
}

func (w *responseStream) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return 0, io.ErrClosedPipe
	}
	w.more.Signal()
	return w.buf.Write(b)
}

// Flush makes the response an http.Flusher; every write is visible at once.
func (w *responseStream) Flush() { w.WriteHeader(http.StatusOK) }

func (w *responseStream) finish() {
	w.WriteHeader(http.StatusOK)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = true
	w.more.Broadcast()
}

// streamBody is the client's side.
type streamBody struct {
	stream *responseStream
	cancel context.CancelFunc
}

func (b *streamBody) Read(p []byte) (int, error) {
	w := b.stream
	w.mu.Lock()
	defer w.mu.Unlock()
	for w.buf.Len() == 0 && !w.done && !w.closed {
		w.more.Wait()
	}
	if w.closed {
		return 0, http.ErrBodyReadAfterClose
	}
	return w.buf.Read(p)
}

func (b *streamBody) Close() error {
	b.cancel()
	w := b.stream
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.more.Broadcast()
	return nil
}
