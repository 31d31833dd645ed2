package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"github.com/spf13/cobra"
	gossh "golang.org/x/crypto/ssh"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/classroom/server"
	"github.com/kubetutor/tutor/internal/classroom/store"
	"github.com/kubetutor/tutor/internal/tui"
	"github.com/kubetutor/tutor/internal/tui/text/en"
)

// serveFlags are those of tutor serve.
type serveFlags struct {
	class, listen, http, hostKey, address, token, log string
	limits                                            server.Limits
}

func newServeCmd(sys *system) *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Let a class in over SSH: each learner gets the whole tutor",
		Long: `Lets a class in over SSH. Learners need nothing but ssh:

  ssh -p 2222 NAME@HOST

Who has an SSH key is known by it; who has none gives the class's join code.
The teacher's key opens the dashboard. Make the class first, with tutor class
create. ^C tells everybody, stores everything and ends.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), sys, &f) },
	}
	fl := cmd.Flags()
	classFlag(cmd, sys, &f.class)
	fl.StringVar(&f.listen, "listen", ":2222", "`address` for learners, port 0 picks one")
	fl.StringVar(&f.http, "http", "127.0.0.1:9322", "`address` of health, metrics and the page for the projector; empty for none")
	fl.StringVar(&f.hostKey, "host-key", "", "`file` with the server's private key; made if it is not there (default: beside the class)")
	fl.StringVar(&f.address, "address", "", "`host` that learners type, or host:port; the dashboard and the projector's page show it")
	fl.StringVar(&f.token, "token", "", "`secret` of the page for the projector (default: TUTOR_TOKEN, else one that the class keeps)")
	fl.StringVar(&f.log, "log", "text", "form of the log on standard error: text, json or none")
	fl.IntVar(&f.limits.PerAddress, "max-per-address", server.DefaultLimits().PerAddress, "connections at once of one address")
	fl.IntVar(&f.limits.Connections, "max-connections", server.DefaultLimits().Connections, "connections at once in all")
	fl.IntVar(&f.limits.Learners, "max-learners", server.DefaultLimits().Learners, "learners the class may have")
	return cmd
}

// garbageGoal is how far a server's memory grows, in percent of what is in use,
// before garbage is collected: a room of screens makes much of it, and a few MB
// a learner are cheaper than the processor time. GOGC says otherwise.
const garbageGoal = 400

func serve(ctx context.Context, sys *system, f *serveFlags) error {
	if sys.getenv("GOGC") == "" {
		debug.SetGCPercent(garbageGoal)
	}
	log, err := newLog(sys, f.log)
	if err != nil {
		return err
	}
	class, err := openClass(ctx, sys, f.class)
	if err != nil {
		return err
	}
	defer class.Close()
	settings, err := ensureSecrets(ctx, class)
	if err != nil {
		return err
	}
	if f.hostKey == "" {
		f.hostKey = filepath.Join(classDir(sys), "host_key")
	}
	key, err := server.HostKey(f.hostKey)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", f.listen)
	if err != nil {
		return fmt.Errorf("listen for learners: %w", err)
	}
	join := joinCommand(f.address, l)
	s, err := server.New(server.Options{
		Store:   class,
		Load:    func(context.Context) (*tui.Lesson, error) { return loadLesson(sys) },
		HostKey: key, Words: en.Strings(), Now: sys.now, Log: log, Limits: f.limits, Join: join,
	})
	if err != nil {
		l.Close()
		return err
	}
	serving := make(chan error, 2)
	if f.http != "" {
		stop, err := servePages(sys, s, f, settings.Token, serving)
		if err != nil {
			l.Close()
			return err
		}
		defer stop()
	}
	go func() { serving <- s.Serve(l) }()
	announce(sys, l, join, key, settings)
	select {
	case err = <-serving:
	case <-ctx.Done():
	}
	// The context has ended; what is stored now has some time of its own.
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 15*time.Second)
	defer cancel()
	return errors.Join(err, s.Shutdown(ending))
}

// announce says how learners come in.
func announce(sys *system, l net.Listener, join string, key gossh.Signer, c store.Class) {
	fmt.Fprintf(sys.out, "Learners connect with: %s\n", cmp.Or(join, joinCommand("THIS-HOST", l)))
	fmt.Fprintf(sys.out, "  without a key they give the code %s\n", c.Code)
	fmt.Fprintf(sys.out, "  ssh asks them once whether to trust %s\n", gossh.FingerprintSHA256(key.PublicKey()))
	if len(c.Teachers) == 0 {
		fmt.Fprintln(sys.out, "No teacher's key is set: tutor class set --teacher ~/.ssh/id_ed25519.pub, then connect to see the dashboard.")
	}
	fmt.Fprintf(sys.out, "Listening on %s; ^C ends it.\n", l.Addr())
}

// joinCommand is what learners type to come to an address; "" where it is not
// known. A load balancer's port may be another than the listener's.
func joinCommand(address string, l net.Listener) string {
	if address == "" {
		return ""
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		host = strings.Trim(address, "[]")
		_, port, _ = net.SplitHostPort(l.Addr().String())
	}
	if port == "22" {
		return "ssh NAME@" + host
	}
	return fmt.Sprintf("ssh -p %s NAME@%s", port, host)
}

// ensureSecrets gives a class its join code and the token of its page, where it
// has none.
func ensureSecrets(ctx context.Context, class *store.Store) (store.Class, error) {
	code, err := classroom.NewCode()
	if err != nil {
		return store.Class{}, err
	}
	token := classroom.NewToken()
	return class.UpdateClass(ctx, func(c *store.Class) {
		if c.Code == "" {
			c.Code = code
		}
		c.Token = cmp.Or(c.Token, token)
	})
}

func newLog(sys *system, form string) (*slog.Logger, error) {
	switch form {
	case "text":
		return slog.New(slog.NewTextHandler(sys.err, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(sys.err, nil)), nil
	case "none":
		return slog.New(slog.DiscardHandler), nil
	}
	return nil, fmt.Errorf("--log %s: the forms are text, json and none", form)
}

// classFlag says where the class is kept.
func classFlag(cmd *cobra.Command, sys *system, where *string) {
	cmd.Flags().StringVar(where, "class", "", "where the class is kept: sqlite:PATH or a postgres:// `URL` (default: TUTOR_CLASS, else a file in the state folder)")
}

func openClass(ctx context.Context, sys *system, where string) (*store.Store, error) {
	if where == "" {
		where = strings.TrimSpace(sys.getenv("TUTOR_CLASS"))
	}
	if where == "" {
		dir := classDir(sys)
		if err := makeDir(dir); err != nil {
			return nil, err
		}
		where = "sqlite:" + filepath.Join(dir, "class.db")
	}
	opening, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	return store.Open(opening, where, sys.now)
}

func classDir(sys *system) string { return filepath.Join(sys.stateDir, "class") }
