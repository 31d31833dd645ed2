package server

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
	"time"

	"charm.land/ssh"
	gossh "golang.org/x/crypto/ssh"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/classroom/store"
	"github.com/kubetutor/tutor/internal/tui"
)

// visit is one connection with a terminal.
type visit struct {
	*Server
	ssh    ssh.Session
	sizes  *sizes
	input  *input
	from   string // address
	key    string // fingerprint, "" without a key
	cancel context.CancelCauseFunc
}

// session runs the app on a connection's terminal until either ends.
func (s *Server) session(sess ssh.Session) {
	s.sessions.Add(1)
	defer s.sessions.Done()
	s.metrics.sessions.Inc()
	defer s.metrics.sessions.Dec()
	// It ends with the connection, and with the server.
	ctx, cancel := context.WithCancelCause(sess.Context())
	defer cancel(nil)
	defer context.AfterFunc(s.ctx, func() { cancel(context.Cause(s.ctx)) })()

	sizes, _ := sess.Context().Value(sessionSizes).(*sizes)
	v := &visit{Server: s, ssh: sess, sizes: sizes, from: addressOf(sess.RemoteAddr()), cancel: cancel}
	if k := sess.PublicKey(); k != nil {
		v.key = gossh.FingerprintSHA256(k)
	}
	v.input = newInput(ctx, sess, func(err error) { cancel(err) })
	if pty, _, _ := sess.Pty(); pty.Term == "dumb" || pty.Term == "" {
		v.say("This needs a terminal that can move its cursor; TERM is dumb.")
		return
	}
	if err := v.run(ctx); err != nil {
		s.Log.Warn("session failed", "from", v.from, "err", err)
		v.say("tutor: " + err.Error())
	}
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, errPasteTooLong):
		v.say("The connection was ended: " + cause.Error() + ".")
	case s.room.isOver():
		v.say("The server has ended. What you did is stored; connect again later.")
	}
}

// say prints a line below whatever was on the screen.
func (v *visit) say(text string) { fmt.Fprintf(v.ssh, "\x1b[?1049l\r%s\n", text) }

// run finds out who it is and runs their app.
func (v *visit) run(ctx context.Context) error {
	class, err := v.Store.Class(ctx)
	if err != nil {
		return errors.New("the class's database does not answer: connect again in a moment")
	}
	if class.IsTeacher(v.key) {
		v.Log.Info("teacher came", "from", v.from)
		defer v.Log.Info("teacher left", "from", v.from)
		return v.teach(ctx)
	}
	learner, ok, err := v.admit(ctx, &class)
	if err != nil || !ok {
		return err
	}
	v.Log.Info("learner came", "name", learner.Name, "from", v.from)
	defer v.Log.Info("learner left", "name", learner.Name)
	return v.learn(ctx, learner)
}

// learn runs a learner's app.
func (v *visit) learn(ctx context.Context, learner classroom.Learner) error {
	seat := v.room.sit(learner.ID)
	defer v.room.leave(seat)
	if err := v.Store.Here(ctx, []string{learner.ID}); err != nil {
		return err
	}
	o := v.options(ctx)
	o.Load = v.running.lesson(learner.ID)
	o.Class = seat.news
	o.Store = &desk{Store: v.Store.Progress(learner.ID), class: v.Store, learner: learner.ID, metrics: v.metrics}
	return tui.Run(ctx, o)
}

// teach runs the teacher's: the dashboard over the lesson.
func (v *visit) teach(ctx context.Context) error {
	seat := v.room.sit("")
	defer v.room.leave(seat)
	o := v.options(ctx)
	o.Class = seat.news
	o.Store = new(memory)
	o.Teacher = &teacher{v.Server}
	return tui.Run(ctx, o)
}

// options are what an app on this terminal stands on.
func (v *visit) options(ctx context.Context) tui.Options {
	size := v.sizes.now()
	pty, _, _ := v.ssh.Pty()
	return tui.Options{
		Load:  func(context.Context) (*tui.Lesson, error) { return v.lesson() },
		Words: v.Words, Now: v.Now,
		Input: v.input.reader(ctx), Output: v.ssh, Environ: append(v.ssh.Environ(), "TERM="+pty.Term),
		Width: size.Width, Height: size.Height, Resized: v.sizes.ch,
	}
}

// admit finds the learner, and lets a new one join: with a key at once, else
// with the class's code. Not ok means that they left.
func (v *visit) admit(ctx context.Context, class *classroom.Class) (l classroom.Learner, ok bool, err error) {
	who := store.Identity{Name: v.ssh.User(), Key: v.key}
	if v.key == "" {
		if ok, err := v.askCode(ctx, class); !ok {
			return l, false, err
		}
	} else if l, ok, err = v.Store.Find(ctx, who); ok || err != nil {
		return l, ok, err
	}
	if l, err = v.join(ctx, who); err == nil {
		return l, true, nil
	}
	if !errors.Is(err, store.ErrNameTaken) && !errors.Is(err, store.ErrNoName) {
		return l, false, err
	}
	problem := err.Error()
	ok, err = v.ask(ctx, tui.Ask{
		Title: v.Words.Class.JoinTitle(class.Title), Prompt: v.Words.Class.NamePrompt, Problem: problem,
		Accept: func(ctx context.Context, name string) error {
			who.Name = name
			l, err = v.join(ctx, who)
			return plain(err)
		},
		Final: func(err error) bool { return errors.Is(err, errFull) },
	})
	return l, ok, err
}

// errFull is a class that takes nobody else.
var errFull = errors.New("the class is full: ask your teacher")

func (v *visit) join(ctx context.Context, who store.Identity) (classroom.Learner, error) {
	if err := store.CheckName(who.Name); err != nil {
		return classroom.Learner{}, err
	}
	n, err := v.Store.Size(ctx)
	if err != nil {
		return classroom.Learner{}, err
	}
	if n >= v.Limits.Learners {
		if _, known, err := v.Store.Find(ctx, who); err != nil || !known {
			return classroom.Learner{}, errors.Join(errFull, err)
		}
	}
	return v.Store.Join(ctx, who)
}

// plain is the part of an error that a learner should read.
func plain(err error) error {
	for _, known := range []error{store.ErrNameTaken, store.ErrNoName, errFull} {
		if errors.Is(err, known) {
			return known
		}
	}
	return err
}

func (v *visit) ask(ctx context.Context, a tui.Ask) (bool, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return tui.Gate(ctx, v.options(ctx), a)
}

// The wrong codes that one connection may give, and the wait after the first,
// which doubles.
const (
	maxTries  = 5
	firstWait = 250 * time.Millisecond
)

var (
	errWrongCode = errors.New("that is not the class's join code")
	errNoCode    = errors.New("this class takes learners with an SSH key only: make one with ssh-keygen, or ask your teacher for a join code")
	errTooMany   = errors.New("too many wrong codes came from here: ask your teacher for the code, wait a few minutes and connect again")
)

// askCode asks who has no key for the class's join code.
func (v *visit) askCode(ctx context.Context, class *classroom.Class) (bool, error) {
	if class.Code == "" {
		return false, errNoCode
	}
	tries := 0
	return v.ask(ctx, tui.Ask{
		Title: v.Words.Class.JoinTitle(class.Title), Prompt: v.Words.Class.CodePrompt,
		Accept: func(ctx context.Context, given string) error {
			if !v.codes.allowed(v.from) {
				return errTooMany
			}
			if sameCode(given, class.Code) {
				return nil
			}
			v.codes.failed(v.from)
			v.metrics.refused.WithLabelValues("code").Inc()
			v.Log.Info("wrong join code", "from", v.from)
			if tries++; tries >= maxTries {
				return errTooMany
			}
			select {
			case <-time.After(firstWait << (tries - 1)):
			case <-ctx.Done():
			}
			return errWrongCode
		},
		Final: func(err error) bool { return errors.Is(err, errTooMany) },
	})
}

func sameCode(a, b string) bool {
	norm := func(s string) []byte { return []byte(strings.ToLower(strings.TrimSpace(s))) }
	return subtle.ConstantTimeCompare(norm(a), norm(b)) == 1
}

// teacher is what the dashboard sees and changes.
type teacher struct{ *Server }

// Board is the class as it stands.
func (t *teacher) Board(ctx context.Context) (classroom.Board, error) {
	b, err := t.Store.Board(ctx)
	b.Join = t.Join
	return b, err
}

// Change changes the class, for everybody at once.
func (t *teacher) Change(ctx context.Context, change func(*classroom.Class)) (classroom.Class, error) {
	c, err := t.Store.UpdateClass(ctx, change)
	if err == nil {
		t.room.set(c)
	}
	return c, err
}

// Manifest is what a learner has typed for a task.
func (t *teacher) Manifest(ctx context.Context, learner, task string) (string, error) {
	p, err := t.Store.Progress(learner).Load(ctx)
	if err != nil || p.Tasks[task] == nil {
		return "", err
	}
	return p.Tasks[task].Draft.Text, nil
}
