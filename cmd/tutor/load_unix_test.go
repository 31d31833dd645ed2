//go:build unix

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestLoad drives a class with real SSH connections and tells how fast keys
// are answered and what a learner takes of memory. TUTOR_LOAD says how many
// learners, TUTOR_LOAD_TIME for how long:
//
//	TUTOR_LOAD=300 TUTOR_LOAD_TIME=60s go test -run TestLoad -v ./cmd/tutor
//
// Server and learners share the machine; the figures are in docs/performance.md.
func TestLoad(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("TUTOR_LOAD"))
	if n <= 0 {
		t.Skip("TUTOR_LOAD says how many learners; it is not set")
	}
	span, err := time.ParseDuration(os.Getenv("TUTOR_LOAD_TIME"))
	if err != nil {
		span = 30 * time.Second
	}
	span, n = min(span, 10*time.Minute), min(n, 1000)
	defer debug.SetGCPercent(debug.SetGCPercent(400)) // the learners' terminals, which are measured with
	dir := t.TempDir()
	class := os.Getenv("TUTOR_LOAD_CLASS")
	if class == "" {
		class = "sqlite:" + filepath.Join(dir, "class.db")
	}
	temp := filepath.Join(dir, "tmp")
	if err := os.Mkdir(temp, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", temp)
	s := startServe(t, class, dir, "--log", "none", "--max-per-address", strconv.Itoa(n+10))

	warm, err := s.connect("warm-up", sshKey(t)) // the lesson is loaded
	if err != nil {
		t.Fatal(err)
	}
	if err := warm.toEditor(); err != nil {
		t.Fatal(err)
	}
	warm.client.Close()
	time.Sleep(2 * time.Second)
	memory, goroutines, files := s.metric("process_resident_memory_bytes"), s.metric("go_goroutines"), s.metric("process_open_fds")

	began := time.Now()
	room := make([]*remote, n)
	var wg sync.WaitGroup
	gate := make(chan struct{}, 8)
	for i := range n {
		key := sshKey(t)
		wg.Go(func() {
			gate <- struct{}{}
			defer func() { <-gate }()
			r, err := s.connect(fmt.Sprintf("learner-%d", i), key)
			if err == nil {
				err = r.toEditor()
			}
			if err != nil {
				t.Errorf("learner %d: %v", i, err)
				return
			}
			room[i] = r
		})
	}
	wg.Wait()
	if t.Failed() {
		t.Fatal("not everybody came in")
	}
	t.Logf("%d learners came in within %v", n, time.Since(began).Round(time.Millisecond))

	cpu := s.metric("process_cpu_seconds_total")
	time.Sleep(idle)
	t.Logf("processors busy while nobody does anything: %.2f", (s.metric("process_cpu_seconds_total")-cpu)/idle.Seconds())

	cpu = s.metric("process_cpu_seconds_total")
	s.profiles()
	stop := time.Now().Add(span)
	workers := make([]*worker, n)
	for i, r := range room {
		workers[i] = &worker{remote: r, rnd: rand.New(rand.NewPCG(uint64(i), 1)), stop: stop}
		wg.Go(workers[i].work)
	}
	wg.Wait()
	s.profiles()
	cpu = s.metric("process_cpu_seconds_total") - cpu
	var keys, lines []time.Duration
	for _, w := range workers {
		keys, lines = append(keys, w.keys...), append(lines, w.lines...)
	}
	t.Logf("processors busy: %.2f, %.1f ms a key with all that follows from it", cpu/span.Seconds(), 1000*cpu/float64(len(keys)+len(lines)))
	t.Logf("keys to frame: %s", spread(keys))
	t.Logf("kubectl to frame: %s", spread(lines))
	t.Logf("memory a learner: %.1f MB", (s.metric("process_resident_memory_bytes")-memory)/float64(n)/1e6)
	t.Logf("checks: %.0f, mean %.0f ms", s.metric("tutor_check_seconds_count"), 1000*s.metric("tutor_check_seconds_sum")/max(s.metric("tutor_check_seconds_count"), 1))

	t.Logf("goroutines: %.0f, files: %.0f", s.metric("go_goroutines"), s.metric("process_open_fds"))
	for _, r := range room {
		r.client.Close()
	}
	for end := time.Now().Add(30 * time.Second); s.metric("go_goroutines") > goroutines+5 || s.metric("process_open_fds") > files+5; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("after they left: %.0f goroutines (%.0f before), %.0f files (%.0f before)", s.metric("go_goroutines"), goroutines, s.metric("process_open_fds"), files)
			break
		}
	}
	t.Logf("after they left: %.0f goroutines (%.0f before anybody came), %.0f files (%.0f)", s.metric("go_goroutines"), goroutines, s.metric("process_open_fds"), files)
	if left, err := filepath.Glob(filepath.Join(temp, "*")); err != nil || len(left) > 0 {
		t.Errorf("files left: %v, %v", left, err)
	}
	if s.metric("tutor_store_errors_total") > 0 {
		t.Error("something could not be stored")
	}
}

// idle is how long a room that does nothing is watched.
const idle = 5 * time.Second

// noFrame is how long a frame is waited for: a key that changes nothing on the
// screen has none.
const noFrame = 5 * time.Second

// worker is what one learner does, and how long each key took to show.
type worker struct {
	*remote
	rnd   *rand.Rand
	stop  time.Time
	keys  []time.Duration
	lines []time.Duration // kubectl, from enter to the first it prints
	gone  bool
}

// work goes through what learners do until the time is over: they type for the
// most part, check, ask kubectl, read.
func (w *worker) work() {
	for !w.over() {
		for range 8 + w.rnd.IntN(12) {
			w.key(string(rune('a'+w.rnd.IntN(26))), &w.keys)
			if w.rnd.IntN(15) == 0 {
				w.key("\r", &w.keys)
			}
		}
		switch w.rnd.IntN(4) {
		case 0: // check: with the prediction that is asked for before the first
			for _, k := range []string{"\x1b[15~", "\r", "e"} {
				w.aside(k)
			}
		case 1, 2: // kubectl
			w.aside("\x1b[17~")
			w.aside("\x1b[17~")
			for _, line := range []string{"kubectl get svc -A", "kubectl get pods", "kubectl create service clusterip s" + strconv.Itoa(w.rnd.IntN(1000)) + " --tcp=80"} {
				for _, r := range line {
					w.key(string(r), &w.keys)
				}
				w.key("\r", &w.lines)
				w.aside("")
			}
			w.aside("\x1b")
			w.aside("e")
		case 3: // read
			w.aside("\x10")
			w.aside("NodePort")
			w.aside("\r")
			for range 5 {
				w.key("\x1b[6~", &w.keys)
			}
			w.aside("\x10")
			w.aside("redis-cache")
			w.aside("\r")
			w.aside("e")
		}
	}
}

func (w *worker) over() bool { return w.remote == nil || w.gone || time.Now().After(w.stop) }

// aside presses keys whose answer is not measured: they open something.
func (w *worker) aside(keys string) {
	if w.over() {
		return
	}
	w.press(keys)
	time.Sleep(time.Duration(800+w.rnd.IntN(800)) * time.Millisecond)
}

// key presses a key and notes how long it takes to show.
func (w *worker) key(key string, took *[]time.Duration) {
	if w.over() {
		return
	}
	time.Sleep(time.Duration(300+w.rnd.IntN(900)) * time.Millisecond)
	select {
	case <-w.frame: // what came by itself
	default:
	}
	began := time.Now()
	w.press(key)
	select {
	case <-w.frame:
		*took = append(*took, time.Since(began))
	case <-w.remote.gone:
		w.gone = true
	case <-time.After(noFrame):
		*took = append(*took, noFrame)
	}
}

// spread says how long most and nearly all took.
func spread(all []time.Duration) string {
	slices.Sort(all)
	answered, _ := slices.BinarySearch(all, noFrame)
	silent := len(all) - answered
	all = all[:answered]
	if len(all) == 0 {
		return "none"
	}
	at := func(p float64) time.Duration {
		return all[min(int(p*float64(len(all))), len(all)-1)].Round(time.Millisecond / 10)
	}
	return fmt.Sprintf("%d, p50 %v, p90 %v, p99 %v, max %v; %d changed nothing on the screen", len(all), at(.5), at(.9), at(.99), at(1), silent)
}

// profiles begins a profile, and ends it, where TUTOR_LOAD_PROFILE names a file
// for it.
func (s *served) profiles() {
	if os.Getenv("TUTOR_LOAD_PROFILE") != "" {
		_ = s.cmd.Process.Signal(syscall.SIGUSR1)
	}
}

// profile writes what the server's processors do between two signals.
func profile(file string) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGUSR1)
	<-signals
	f, err := os.Create(file)
	if err != nil {
		panic(err)
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		panic(err)
	}
	<-signals
	pprof.StopCPUProfile()
	_ = f.Close()
}
