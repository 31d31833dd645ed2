package server

import (
	"fmt"
	"slices"
	"strings"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"
)

// keepAlive is what clients send to find out whether the server is there.
const keepAlive = "keepalive@openssh.com"

func answerKeepAlive(ssh.Context, *ssh.Server, *gossh.Request) (bool, []byte) { return true, nil }

// refuseRequest answers what a client asks of the server as a whole:
// forwarding of ports and sockets above all.
func (s *Server) refuseRequest(ctx ssh.Context, _ *ssh.Server, r *gossh.Request) (bool, []byte) {
	s.refused(ctx, "request", r.Type)
	return false, nil
}

// refuseChannel answers every channel but a session: direct-tcpip, X11,
// agents, tunnels.
func (s *Server) refuseChannel(_ *ssh.Server, _ *gossh.ServerConn, ch gossh.NewChannel, ctx ssh.Context) {
	s.refused(ctx, "channel", ch.ChannelType())
	_ = ch.Reject(gossh.Prohibited, "this server offers a terminal session and nothing else")
}

func (s *Server) refused(ctx ssh.Context, what, kind string) {
	s.metrics.refused.WithLabelValues(what).Inc()
	s.Log.Info("refused", "what", what, "type", printable(kind), "from", addressOf(ctx.RemoteAddr()))
}

// The keys of what a connection's context holds.
type contextKey int

const (
	connection contextKey = iota
	sessionTaken
	sessionSizes
)

// openSession takes the one session that a connection may have, with its
// requests filtered.
func (s *Server) openSession(srv *ssh.Server, conn *gossh.ServerConn, ch gossh.NewChannel, ctx ssh.Context) {
	ctx.Lock()
	taken := ctx.Value(sessionTaken) != nil
	ctx.SetValue(sessionTaken, true)
	ctx.Unlock()
	if taken {
		s.refused(ctx, "channel", "second session")
		_ = ch.Reject(gossh.ResourceShortage, "one session a connection")
		return
	}
	if c, ok := ctx.Value(connection).(*counted); ok {
		c.cameIn()
	}
	sizes := newSizes()
	ctx.SetValue(sessionSizes, sizes)
	ssh.DefaultSessionHandler(srv, conn, &filtered{NewChannel: ch, allow: func(r *gossh.Request) bool {
		ok := allowRequest(r, sizes)
		if !ok {
			s.refused(ctx, "session request", r.Type)
		}
		return ok
	}}, ctx)
}

// filtered is a new channel whose requests pass a filter first.
type filtered struct {
	gossh.NewChannel
	allow func(*gossh.Request) bool
}

func (f *filtered) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	ch, in, err := f.NewChannel.Accept()
	if err != nil {
		return nil, nil, err
	}
	out := make(chan *gossh.Request)
	go func() {
		defer close(out)
		terminal := false
		for r := range in {
			switch {
			case r.Type == "shell" && !terminal:
				decline(ch, r, "This needs a terminal: connect with ssh -t and no command.")
			case !f.allow(r):
				_ = r.Reply(false, nil)
			case r.Type == "window-change":
				// Taken note of by the filter.
				_ = r.Reply(true, nil)
			default:
				terminal = terminal || r.Type == "pty-req"
				out <- r
			}
		}
	}()
	return ch, out, nil
}

// decline ends a session with words and status 1, for learners whose ssh has no
// terminal. ssh prints what a program says, but of a request that is refused
// only that it is: so it is granted, and all that runs is these words.
func decline(ch gossh.Channel, r *gossh.Request, words string) {
	_ = r.Reply(true, nil)
	_, _ = fmt.Fprint(ch.Stderr(), words+"\r\n")
	_, _ = ch.SendRequest("exit-status", false, gossh.Marshal(struct{ Status uint32 }{1}))
	_ = ch.Close()
}

// maxEnv is how many variables of a client are looked at.
const maxEnv = 8

// variables are those that say something about a terminal.
var variables = []string{"COLORTERM", "NO_COLOR", "LANG", "LC_ALL", "LC_CTYPE", "TERM_PROGRAM"}

// allowRequest tells whether a session may ask for this: a terminal, its size,
// what it can show, and the app on it.
func allowRequest(r *gossh.Request, sizes *sizes) bool {
	switch r.Type {
	case "shell":
		return true
	case "pty-req":
		size, ok := ptySize(r.Payload)
		if ok {
			sizes.set(size)
		}
		return ok
	case "window-change":
		size, ok := windowSize(r.Payload)
		if ok {
			sizes.set(size)
		}
		return ok
	case "env":
		var v struct{ Name, Value string }
		if gossh.Unmarshal(r.Payload, &v) != nil || !slices.Contains(variables, v.Name) || len(v.Value) > 64 {
			return false
		}
		sizes.env++
		return sizes.env <= maxEnv
	}
	return false
}

// printable is a client's word as it may stand in a log.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
	return s[:min(len(s), 40)]
}
