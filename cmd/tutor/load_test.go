package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
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
	dir := t.TempDir()
	class := os.Getenv("TUTOR_LOAD_CLASS")
	if class == "" {
		class = "sqlite:" + filepath.Join(dir, "class.db")
	}
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

	var mu sync.Mutex
	var all []time.Duration
	cpu := s.metric("process_cpu_seconds_total")
	s.profiles()
	stop := time.Now().Add(span)
	for i, r := range room {
		wg.Go(func() {
			took := work(r, rand.New(rand.NewPCG(uint64(i), 1)), stop)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
		})
	}
	wg.Wait()
	s.profiles()
	t.Logf("processors busy: %.2f", (s.metric("process_cpu_seconds_total")-cpu)/span.Seconds())
	slices.Sort(all)
	unanswered := len(all)
	for len(all) > 0 && all[len(all)-1] >= noFrame {
		all = all[:len(all)-1]
	}
	unanswered -= len(all)
	at := func(p float64) time.Duration {
		return all[min(int(p*float64(len(all))), len(all)-1)].Round(time.Millisecond / 10)
	}
	t.Logf("%d keys, key to frame p50 %v, p90 %v, p99 %v, max %v; %d changed nothing on the screen", len(all), at(.5), at(.9), at(.99), at(1), unanswered)
	t.Logf("memory a learner: %.1f MB", (s.metric("process_resident_memory_bytes")-memory)/float64(n)/1e6)
	t.Logf("checks: %.0f, mean %.0f ms", s.metric("tutor_check_seconds_count"), 1000*s.metric("tutor_check_seconds_sum")/max(s.metric("tutor_check_seconds_count"), 1))

	for _, r := range room {
		r.client.Close()
	}
	for end := time.Now().Add(30 * time.Second); s.metric("go_goroutines") > goroutines+5 || s.metric("process_open_fds") > files+5; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			t.Errorf("after they left: %.0f goroutines (%.0f before), %.0f files (%.0f before)", s.metric("go_goroutines"), goroutines, s.metric("process_open_fds"), files)
			break
		}
	}
	if s.metric("tutor_store_errors_total") > 0 {
		t.Error("something could not be stored")
	}
}

// noFrame is how long a frame is waited for: a key that changes nothing on the
// screen has none.
const noFrame = 5 * time.Second

// work is what a learner does: typing for the most part, moving about,
// checking now and then. It returns how long each key took to show.
func work(r *remote, rnd *rand.Rand, stop time.Time) []time.Duration {
	var took []time.Duration
	for time.Now().Before(stop) {
		time.Sleep(time.Duration(300+rnd.IntN(900)) * time.Millisecond)
		key := string(rune('a' + rnd.IntN(26)))
		switch rnd.IntN(60) {
		case 0:
			// A check, with the prediction that is asked for before the first;
			// both ways end in the editor. What comes is no answer to a key.
			for _, k := range []string{"\x1b[15~", "\r", "e"} {
				r.press(k)
				time.Sleep(1500 * time.Millisecond)
			}
		case 1, 2, 3, 4:
			key = "\r"
		}
		select {
		case <-r.frame: // what came by itself
		default:
		}
		began := time.Now()
		r.press(strings.Clone(key))
		select {
		case <-r.frame:
			took = append(took, time.Since(began))
		case <-r.gone:
			return took
		case <-time.After(noFrame):
			took = append(took, noFrame)
		}
	}
	return took
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
