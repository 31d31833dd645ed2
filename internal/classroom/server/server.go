// Package server lets a class in over SSH: each learner who connects has the
// whole app on their terminal, with progress and a cluster of their own; the
// teacher's key opens the dashboard.
//
//	s, err := server.New(server.Options{Store: class, Load: load, HostKey: key, Words: en.Strings(), Now: time.Now})
//	go s.Serve(listener)
//	…
//	s.Shutdown(ctx) // everybody is told, all is stored
//
// A session with a terminal is all there is: no command, no file transfer, no
// forwarding, no agent (see sessions.go). Everything a learner does stays in
// memory and in the class's store; nothing of the machine is within reach.
package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime"
	"sync"
	"time"

	"charm.land/ssh"
	"charm.land/wish/v2"
	gossh "golang.org/x/crypto/ssh"

	"github.com/kubetutor/tutor/internal/classroom/store"
	"github.com/kubetutor/tutor/internal/tui"
	"github.com/kubetutor/tutor/internal/tui/text"
)

// Options are what a server stands on.
type Options struct {
	Store *store.Store
	// Load reads the lesson; it is called once, and all learners share what it
	// returns.
	Load func(context.Context) (*tui.Lesson, error)
	// HostKey is what the server proves itself with; see [HostKey].
	HostKey gossh.Signer
	Words   *text.Strings
	Now     func() time.Time
	// Log gets who came and went; nil: nothing is logged. No manifest, key or
	// code is in it.
	Log    *slog.Logger
	Limits Limits
	// Join is what learners type, for the dashboard.
	Join string
}

// Limits bound what clients can use up. Zero fields mean [DefaultLimits]'.
type Limits struct {
	// Connections at once: of one address (a classroom behind one router is
	// one address), and in all.
	PerAddress, Connections int
	// Learners a class may have.
	Learners int
	// WrongCodes an address may send before it has to wait; one more is
	// allowed every CodePause.
	WrongCodes int
	CodePause  time.Duration
	// Manifest is the largest that is checked, in bytes.
	Manifest int
	// Handshake is how long a client may take to prove who it is and to ask
	// for a session, Idle how long nothing may come from it then.
	Handshake, Idle time.Duration
}

// DefaultLimits suit a class of a few hundred.
func DefaultLimits() Limits {
	return Limits{
		PerAddress: 400, Connections: 1000, Learners: 2000, WrongCodes: 30, CodePause: 10 * time.Second,
		Manifest: 256 << 10, Handshake: 20 * time.Second, Idle: 4 * time.Hour,
	}
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits()
	for _, f := range []struct{ given, normal *int }{
		{&l.PerAddress, &d.PerAddress}, {&l.Connections, &d.Connections}, {&l.Learners, &d.Learners},
		{&l.WrongCodes, &d.WrongCodes}, {&l.Manifest, &d.Manifest},
	} {
		if *f.given == 0 {
			*f.given = *f.normal
		}
	}
	for _, f := range []struct{ given, normal *time.Duration }{
		{&l.CodePause, &d.CodePause}, {&l.Handshake, &d.Handshake}, {&l.Idle, &d.Idle},
	} {
		if *f.given == 0 {
			*f.given = *f.normal
		}
	}
	return l
}

// Server is a classroom.
type Server struct {
	Options
	ssh     *ssh.Server
	room    *room
	doors   *doors
	codes   *codes
	metrics *metrics
	lesson  func() (*tui.Lesson, error)
	running *clusters

	ctx      context.Context // of all sessions
	cancel   context.CancelFunc
	sessions sync.WaitGroup
	workers  sync.WaitGroup
}

// New makes a server; it lets nobody in before [Server.Serve].
func New(o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Limits = o.Limits.withDefaults()
	s := &Server{Options: o, metrics: newMetrics()}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.doors = newDoors(o.Limits.PerAddress, o.Limits.Connections)
	s.codes = newCodes(o.Limits.WrongCodes, o.Limits.CodePause, o.Now)
	s.lesson = sync.OnceValues(func() (*tui.Lesson, error) {
		l, err := o.Load(s.ctx)
		if err != nil {
			return nil, err
		}
		return s.shared(l), nil
	})
	s.room = newRoom(o.Store)
	s.running = &clusters{Server: s, of: map[clusterOf]*running{}}
	var err error
	s.ssh, err = wish.NewServer(
		func(srv *ssh.Server) error { srv.AddHostKey(o.HostKey); return nil },
		wish.WithVersion("tutor"),
		// Any key is somebody's: which one it is says who. Who has none is
		// asked for the join code on the screen.
		wish.WithPublicKeyAuth(func(ssh.Context, ssh.PublicKey) bool { return true }),
		wish.WithKeyboardInteractiveAuth(func(ssh.Context, gossh.KeyboardInteractiveChallenge) bool { return true }),
		ssh.WrapConn(s.admit),
	)
	if err != nil {
		return nil, fmt.Errorf("make the SSH server: %w", err)
	}
	s.ssh.Handler = s.session
	s.ssh.ChannelHandlers = map[string]ssh.ChannelHandler{"session": s.openSession, "default": s.refuseChannel}
	s.ssh.RequestHandlers = map[string]ssh.RequestHandler{"default": s.refuseRequest, keepAlive: answerKeepAlive}
	return s, nil
}

// Serve lets clients of l in until [Server.Shutdown].
func (s *Server) Serve(l net.Listener) error {
	s.workers.Go(func() { s.room.watch(s.ctx) })
	s.workers.Go(func() { s.room.keepSeen(s.ctx) })
	err := s.ssh.Serve(l)
	if errors.Is(err, ssh.ErrServerClosed) {
		return nil
	}
	return err
}

// Shutdown lets nobody else in, tells everybody, and waits until all is
// stored; when ctx ends the rest is cut off.
func (s *Server) Shutdown(ctx context.Context) error {
	s.room.end()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		s.sessions.Wait()
	}()
	closing := make(chan error, 1)
	go func() { closing <- s.ssh.Shutdown(ctx) }()
	var err error
	select {
	case <-gone:
	case <-ctx.Done():
		err = fmt.Errorf("some sessions were cut off: %w", ctx.Err())
	}
	s.cancel()
	s.ssh.Close()
	<-gone
	<-closing
	s.workers.Wait()
	return err
}

// heavy is how many checks run at once: one processor stays free for keys.
func heavy() int { return max(runtime.GOMAXPROCS(0)-1, 1) }
