package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
)

// BenchmarkStart runs the built program and tells the processor time of the
// whole process, user and system: the app's until home is drawn, a command's
// until it ends. The least is what it costs on a machine with nothing else to
// do.
func BenchmarkStart(b *testing.B) {
	program := filepath.Join(b.TempDir(), "tutor")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("build: %v\n%s", err, out)
	}
	state := b.TempDir()
	for _, bench := range []struct {
		name string
		args []string
		time func(*exec.Cmd) (time.Duration, error)
	}{
		{"home", nil, toHome},
		{"version", []string{"version"}, toEnd},
		{"kubectl", []string{"kubectl", "get", "svc"}, toEnd},
		{"check", []string{"check", "pricing-engine", "../../lessons/service-types/scenarios/pricing-engine/solution.yaml"}, toEnd},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				cmd := exec.CommandContext(b.Context(), program, bench.args...)
				cmd.Env = append(os.Environ(), "TERM=xterm-256color", "XDG_STATE_HOME="+state)
				one, err := bench.time(cmd)
				if err != nil {
					b.Fatal(err)
				}
				took = append(took, one)
			}
			slices.Sort(took)
			ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
			b.ReportMetric(ms(took[0]), "min-cpu-ms")
			b.ReportMetric(ms(took[len(took)/2]), "median-cpu-ms")
		})
	}
}

// toEnd is the processor time of a command.
func toEnd(cmd *exec.Cmd) (time.Duration, error) {
	err := cmd.Run()
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), err
}

// toHome is the processor time of the app until home is drawn on a terminal.
func toHome(cmd *exec.Cmd) (time.Duration, error) {
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		return 0, err
	}
	defer terminal.Close()
	var seen []byte
	buf := make([]byte, 1<<16)
	for !bytes.Contains(seen, []byte("▱")) {
		n, err := terminal.Read(buf)
		if err != nil {
			return 0, err
		}
		seen = append(seen, buf[:n]...)
	}
	var spent unix.Timespec
	// The clock of all threads of a process, as clock_getcpuclockid(3) makes it.
	if err := unix.ClockGettime(int32(^cmd.Process.Pid<<3|2), &spent); err != nil {
		return 0, err
	}
	if err := cmd.Process.Kill(); err != nil {
		return 0, err
	}
	_ = cmd.Wait() // it was killed
	return time.Duration(spent.Nano()), nil
}
