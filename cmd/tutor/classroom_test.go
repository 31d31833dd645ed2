package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	gossh "golang.org/x/crypto/ssh"

	"github.com/kubetutor/tutor/internal/classroom/store"
)

// served is a `tutor serve` in a process of its own.
type served struct {
	t            testing.TB
	cmd          *exec.Cmd
	addr, pages  string
	class, state string
	logs         *bytes.Buffer
	ended        chan struct{}
}

// startServe starts this very program as the server of a class.
func startServe(t testing.TB, class, state string, flags ...string) *served {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	args := append([]string{"serve", "--class", class, "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0", "--token", "t"}, flags...)
	s := &served{t: t, cmd: exec.Command(self, args...), class: class, state: state, logs: new(bytes.Buffer), ended: make(chan struct{})}
	s.cmd.Args[0] = "tutor"
	s.cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+state)
	s.cmd.Stderr = s.logs
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for s.addr == "" && lines.Scan() {
		if m := regexp.MustCompile(`http://(\S+)/board`).FindStringSubmatch(lines.Text()); m != nil {
			s.pages = m[1]
		}
		if m := regexp.MustCompile(`^Listening on (\S+);`).FindStringSubmatch(lines.Text()); m != nil {
			s.addr = m[1]
		}
	}
	if s.addr == "" {
		t.Fatalf("the server did not start: %s", s.logs)
	}
	go func() {
		defer close(s.ended)
		_, _ = io.Copy(io.Discard, out)
		_ = s.cmd.Wait()
	}()
	t.Cleanup(s.kill)
	return s
}

// kill ends the process as kill -9 does.
func (s *served) kill() {
	_ = s.cmd.Process.Kill()
	<-s.ended
}

// remote is somebody's terminal, of which the newest bytes are kept.
type remote struct {
	client *gossh.Client
	in     io.WriteCloser
	mu     sync.Mutex
	seen   []byte
	frame  chan struct{} // a frame came
	gone   chan struct{}
}

func sshKey(t testing.TB) gossh.Signer {
	t.Helper()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := gossh.NewSignerFromKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (s *served) connect(name string, key gossh.Signer) (*remote, error) {
	client, err := gossh.Dial("tcp", s.addr, &gossh.ClientConfig{
		User: name, Auth: []gossh.AuthMethod{gossh.PublicKeys(key)}, HostKeyCallback: gossh.InsecureIgnoreHostKey(), Timeout: time.Minute,
	})
	if err != nil {
		return nil, err
	}
	session, err := client.NewSession()
	if err != nil {
		return nil, err
	}
	out, err := session.StdoutPipe()
	if err != nil {
		return nil, err
	}
	r := &remote{client: client, frame: make(chan struct{}, 1), gone: make(chan struct{})}
	if r.in, err = session.StdinPipe(); err != nil {
		return nil, err
	}
	if err := session.RequestPty("xterm-256color", 30, 100, nil); err != nil {
		return nil, err
	}
	if err := session.Shell(); err != nil {
		return nil, err
	}
	go r.watch(out)
	return r, nil
}

func (r *remote) watch(out io.Reader) {
	defer close(r.gone)
	buf := make([]byte, 32<<10)
	for {
		n, err := out.Read(buf)
		if err != nil {
			return
		}
		r.mu.Lock()
		r.seen = append(r.seen, buf[:n]...)
		r.seen = r.seen[max(len(r.seen)-16<<10, 0):]
		r.mu.Unlock()
		select {
		case r.frame <- struct{}{}:
		default:
		}
	}
}

func (r *remote) press(keys string) { _, _ = r.in.Write([]byte(keys)) }

// until waits for a text among the newest bytes.
func (r *remote) until(text string) error {
	for end := time.Now().Add(40 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		r.mu.Lock()
		found := bytes.Contains(r.seen, []byte(text))
		r.mu.Unlock()
		if found {
			return nil
		}
	}
	return fmt.Errorf("waited for %q in vain", text)
}

// toEditor opens the scenario postgres and its editor.
func (r *remote) toEditor() error {
	if err := r.until("all keys"); err != nil {
		return err
	}
	r.press("/")
	time.Sleep(200 * time.Millisecond)
	r.press("redis-cache")
	time.Sleep(200 * time.Millisecond)
	r.press("\r")
	if err := r.until("F5"); err != nil {
		return err
	}
	r.press("e")
	return r.until("leave editor")
}

// text is what a learner's editors hold, as it is stored.
func storedText(t testing.TB, class string, key gossh.Signer) string {
	t.Helper()
	st, err := store.Open(context.Background(), class, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	p, err := st.Progress("key:" + gossh.FingerprintSHA256(key.PublicKey())).Load(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, task := range p.Tasks {
		all += task.Draft.Text
	}
	return all
}

func TestKilledServerLosesTwoSecondsAtMost(t *testing.T) {
	dir := t.TempDir()
	class := "sqlite:" + filepath.Join(dir, "class.db")
	s := startServe(t, class, dir)
	key := sshKey(t)
	kim, err := s.connect("kim", key)
	if err != nil {
		t.Fatal(err)
	}
	if err := kim.toEditor(); err != nil {
		t.Fatal(err)
	}
	kim.press("# before")
	time.Sleep(2 * time.Second)
	kim.press("-after")
	s.kill()
	if got := storedText(t, class, key); !strings.Contains(got, "# before") {
		t.Fatalf("what was typed two seconds before is lost: %q", got)
	}
	again := startServe(t, class, dir)
	kim, err = again.connect("kim", key)
	if err != nil {
		t.Fatal(err)
	}
	if err := kim.until("before"); err != nil { // in the editor, where it was
		t.Error(err)
	}
}

// onPostgres makes a database that is dropped after the test.
func onPostgres(t testing.TB) string {
	server := os.Getenv("TUTOR_TEST_POSTGRES")
	if server == "" {
		t.Skip("TUTOR_TEST_POSTGRES names no PostgreSQL to test on")
	}
	name := fmt.Sprintf("tutor_serve_%d", time.Now().UnixNano())
	do := func(query string) {
		conn, err := pgx.Connect(context.Background(), server)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(context.Background())
		if _, err := conn.Exec(context.Background(), query); err != nil {
			t.Fatal(err)
		}
	}
	do("CREATE DATABASE " + name)
	t.Cleanup(func() { do("DROP DATABASE " + name + " WITH (FORCE)") })
	return server[:strings.LastIndexByte(server, '/')+1] + name
}

// TestTwoServersOnOneDatabase has a learner move between two servers, and the
// database's connections cut under them.
func TestTwoServersOnOneDatabase(t *testing.T) {
	class, dir := onPostgres(t), t.TempDir()
	one, two := startServe(t, class, dir), startServe(t, class, dir)
	key := sshKey(t)
	kim, err := one.connect("kim", key)
	if err != nil {
		t.Fatal(err)
	}
	if err := kim.toEditor(); err != nil {
		t.Fatal(err)
	}
	kim.press("# on the first server")
	cutConnections(t, class)
	kim.press(", through a cut")
	time.Sleep(2500 * time.Millisecond)
	kim.client.Close()
	moved, err := two.connect("kim", key)
	if err != nil {
		t.Fatal(err)
	}
	if err := moved.until("through a cut"); err != nil {
		t.Errorf("%v; stored is %q", err, storedText(t, class, key))
	}
}

// TestDatabaseIsRestarted stops a PostgreSQL under a room that types and starts
// it again: the learners are told, and nothing is lost.
func TestDatabaseIsRestarted(t *testing.T) {
	class, ctl := os.Getenv("TUTOR_TEST_POSTGRES_OWN"), os.Getenv("TUTOR_TEST_POSTGRES_CTL")
	if class == "" || ctl == "" {
		t.Skip("TUTOR_TEST_POSTGRES_CTL starts and stops no PostgreSQL to test on")
	}
	control := func(command string) {
		t.Helper()
		if out, err := exec.Command("sh", "-c", ctl+" "+command).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", command, err, out)
		}
	}
	const learners = 8
	s := startServe(t, class, t.TempDir())
	room, keys := make([]*remote, learners), make([]gossh.Signer, learners)
	for i := range room {
		keys[i] = sshKey(t)
		r, err := s.connect(fmt.Sprintf("l%d-%d", i, time.Now().UnixNano()), keys[i])
		if err == nil {
			err = r.toEditor()
		}
		if err != nil {
			t.Fatal(err)
		}
		room[i] = r
	}
	everybody := func(types string) {
		for _, r := range room {
			r.press(types)
			time.Sleep(50 * time.Millisecond)
		}
	}
	everybody("# before,")
	control("-m fast stop")
	everybody("during,")
	for i, r := range room {
		if err := r.until("database does not answer"); err != nil {
			t.Errorf("learner %d is not told: %v", i, err)
		}
	}
	everybody("longer,")
	control("start >/dev/null")
	everybody("after")
	for i, key := range keys {
		const all = "# before,during,longer,after"
		for end := time.Now().Add(20 * time.Second); !strings.Contains(storedText(t, class, key), all); time.Sleep(200 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("learner %d: stored is %q", i, storedText(t, class, key))
			}
		}
	}
	if n := s.metric("tutor_store_errors_total"); n > 0 {
		t.Errorf("%v changes could not be stored", n)
	}
}

// cutConnections ends all of a database's connections, as its restart does.
func cutConnections(t *testing.T, class string) {
	t.Helper()
	conn, err := pgx.Connect(context.Background(), class)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	_, err = conn.Exec(context.Background(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	if err != nil {
		t.Fatal(err)
	}
}

// metric reads one of the server's metrics.
func (s *served) metric(name string) float64 {
	s.t.Helper()
	resp, err := http.Get("http://" + s.pages + "/metrics")
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(b)
	if m == nil {
		s.t.Fatalf("no metric %s", name)
	}
	v, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

func TestLogsHoldNoSecrets(t *testing.T) {
	dir := t.TempDir()
	s := startServe(t, "sqlite:"+filepath.Join(dir, "class.db"), dir, "--log", "json")
	key := sshKey(t)
	kim, err := s.connect("kim", key)
	if err != nil {
		t.Fatal(err)
	}
	if err := kim.toEditor(); err != nil {
		t.Fatal(err)
	}
	kim.press("# secret-of-kim")
	time.Sleep(200 * time.Millisecond)
	if err := s.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	<-s.ended
	logs := s.logs.String()
	for _, secret := range []string{"secret-of-kim", gossh.FingerprintSHA256(key.PublicKey()), "Service"} {
		if strings.Contains(logs, secret) {
			t.Errorf("the log holds %q:\n%s", secret, logs)
		}
	}
	if !strings.Contains(logs, `"name":"kim"`) || !strings.Contains(logs, "learner left") {
		t.Errorf("the log does not tell who came and went:\n%s", logs)
	}
	if _, err := net.Dial("tcp", s.addr); err == nil {
		t.Error("it still listens")
	}
}
