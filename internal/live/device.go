package live

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/apiserver"
	"github.com/kubetutor/tutor/simulator/state"
)

// Device is the screen and keyboard that a command runs on.
type Device interface {
	// Read is what is typed, Write what the screen shows.
	io.ReadWriter
	// Raw says whether keys are handed on as they are typed, unseen, or as
	// lines.
	Raw(on bool)
	// HangUp ends the reading: from now on, and for who waits, Read says io.EOF.
	HangUp()
	// Unread gives back what was typed and no command has read.
	Unread([]byte)
	// Edit has a text edited and returns it as it is then.
	Edit(ctx context.Context, name, text string) (string, error)
}

// Printer is a device without keys: commands read nothing.
type Printer struct{ io.Writer }

// Read ends at once.
func (Printer) Read([]byte) (int, error) { return 0, io.EOF }

// Raw changes nothing.
func (Printer) Raw(bool) {}

// HangUp changes nothing.
func (Printer) HangUp() {}

// Unread never happens.
func (Printer) Unread([]byte) {}

// Edit is not possible.
func (Printer) Edit(context.Context, string, string) (string, error) {
	return "", errors.New("there is no editor here; use kubectl patch, set or apply")
}

// keyboard is a device's as a file, which commands read from: several may in
// one line, and none has to.
type keyboard struct {
	read, write *os.File
	device      Device
	pumped      chan []byte // what was typed last and no longer passed on, once
}

// plug connects a device's keyboard for the time of one command. Where that is
// not possible there is nothing to read.
func plug(ctx context.Context, d Device) (k *keyboard, unplug func()) {
	k = &keyboard{device: d, pumped: make(chan []byte, 1)}
	var err error
	if k.read, k.write, err = os.Pipe(); err != nil {
		return &keyboard{}, func() {}
	}
	go k.pump()
	stop := context.AfterFunc(ctx, func() { k.write.Close() })
	return k, func() {
		stop()
		k.giveBack()
		k.read.Close()
		k.write.Close()
	}
}

// pump passes on what is typed until the device hangs up or nobody listens.
func (k *keyboard) pump() {
	buf := make([]byte, 4<<10)
	for {
		n, err := k.device.Read(buf)
		done, failed := k.write.Write(buf[:n])
		if err != nil || failed != nil {
			k.write.Close()
			k.pumped <- buf[done:n]
			return
		}
	}
}

// giveBack returns to the device, in its order, what was typed and not read.
func (k *keyboard) giveBack() {
	if errors.Is(k.write.SetWriteDeadline(time.Now()), os.ErrNoDeadline) {
		k.read.Close()
	}
	k.device.HangUp()
	last := <-k.pumped
	// The pump closed its end of the pipe: this comes to an end by itself.
	waiting, _ := io.ReadAll(k.read)
	if all := append(waiting, last...); len(all) > 0 {
		k.device.Unread(all)
	}
}

// input is what commands read from.
func (k *keyboard) input() io.Reader {
	if k.read == nil {
		return strings.NewReader("")
	}
	return k.read
}

// wide is the size of a terminal on which no line is ever broken: the screen
// does that.
func wide() <-chan apiserver.Size {
	sizes := make(chan apiserver.Size, 1)
	sizes <- apiserver.Size{Width: 1 << 14, Height: 24}
	return sizes
}

// exec runs what kubectl exec, attach and run ask for. Where kubectl was asked
// for a terminal, it is the one that it runs on itself.
func (c *Cluster) exec(ctx context.Context, view simulator.View, pod state.Name, container string, argv []string, streams simulator.Streams) int {
	if d := c.terminal.Load(); d != nil {
		streams.TTY, streams.Resize = true, wide()
		if shell.Reads(view.State(), pod, container, argv) {
			(*d).Raw(true)
			defer (*d).Raw(false)
		}
	}
	return shell.Exec(ctx, view, pod, container, argv, streams)
}
