package tui

import (
	"cmp"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"

	"github.com/kubetutor/tutor/internal/tui/style"
)

// terminal is what the terminal says of itself.
type terminal struct {
	// light tells that its background is; sixteen, that it has no more colours
	// than that; colourless, that it has none.
	light, sixteen, colourless bool
	// told: the terminal itself has said what its background is.
	told bool
	// still: its user wants nothing to move; ascii: it shows no other characters.
	still, ascii bool
}

// suit gives a palette the colours that the terminal has, and a background where
// the terminal's would make it hard to read.
func (t *terminal) suit(p style.Palette) style.Palette {
	if t.sixteen {
		p = p.Sixteen()
	}
	switch {
	case t.colourless:
		p.Background = ""
	case p.Background != "", p.Dark == t.light:
		return p.OnItsGround()
	}
	return p
}

// hear takes what a message says of the terminal.
func (t *terminal) hear(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.BackgroundColorMsg:
		t.light, t.told = !msg.IsDark(), true
	case tea.ColorProfileMsg:
		t.sixteen, t.colourless = msg.Profile == colorprofile.ANSI, msg.Profile < colorprofile.ANSI
	case tea.EnvMsg:
		t.environment(msg.Getenv)
	}
}

// motionVariable asks for reduced motion in the environment.
const motionVariable = "TUTOR_REDUCED_MOTION"

// environment takes what its environment says. A locale that is not set says
// nothing: terminals of today show UTF-8. The console of Linux does too, but its
// fonts have no ticks and few arrows.
func (t *terminal) environment(getenv func(string) string) {
	if !t.told {
		t.light = isLight(getenv("COLORFGBG"))
	}
	t.still = getenv(motionVariable) != "" && getenv(motionVariable) != "0"
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG"))
	name, charset, given := strings.Cut(strings.ToLower(locale), ".")
	charset, _, _ = strings.Cut(charset, "@")
	t.ascii = getenv("TERM") == "linux" || given && charset != "utf-8" && charset != "utf8" || !given && (name == "c" || name == "posix")
}

// isLight tells what rxvt and its like say of their colours: the numbers of text
// and background among the first sixteen, of which the light ones are these.
func isLight(colours string) bool {
	n, err := strconv.Atoi(colours[strings.LastIndex(colours, ";")+1:])
	return err == nil && (n == 7 || n > 8 && n < 16)
}

// profileOf is the colours that an environment's terminal has.
func profileOf(environ []string) colorprofile.Profile {
	p := colorprofile.Env(environ)
	if isSixteen(environ) {
		p = min(p, colorprofile.ANSI)
	}
	return p
}

// isSixteen tells whether a terminal's name says that it has 16 colours, as
// screen-16color, which is taken for more by its beginning.
func isSixteen(environ []string) bool {
	env := uv.Environ(environ)
	return strings.HasSuffix(env.Getenv("TERM"), "-16color") && env.Getenv("COLORTERM") == ""
}
