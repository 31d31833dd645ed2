package lint

import (
	"maps"
	"net/url"
	"path"
	"regexp"
	"strings"

	"github.com/kubetutor/tutor/lessons"
)

// section proves a section: its commands run, its figures and links exist.
func (l *linter) section(s *lessons.Section) {
	file := path.Join("sections", s.ID+".md")
	l.report.Sections++
	l.text(file, s)
}

// text proves a text's figures and links, and runs its console blocks in a
// cluster of its own.
func (l *linter) text(file string, s *lessons.Section) {
	l.markdown(file, s.Body, s.BodyLine())
	w, err := l.pack.OpenWorld(s.World, s.Overlays...)
	if err != nil {
		before, _, _ := strings.Cut(s.Body, "<!-- world:")
		l.problem(file, s.BodyLine()+strings.Count(before, "\n"), "%v", err)
		return
	}
	files := map[string]string{}
	maps.Copy(files, s.Files)
	var console Console
	for _, b := range s.Blocks() {
		if name, ok := b.File(); ok {
			files[name] = b.Text
		}
		client, commands, ok := b.Console()
		if !ok {
			continue
		}
		if len(commands) == 0 {
			l.problem(file, b.Line, `a console block without a command: begin its lines with "$ "`)
		}
		if l.options.Console == nil {
			continue
		}
		if console == nil {
			if console, err = l.options.Console(w); err != nil {
				l.problem(file, b.Line, "%v", err)
				return
			}
			defer console.Close()
		}
		for _, c := range commands {
			l.command(console, file, b.Line, client, c, files)
		}
	}
}

// The exit codes with which a shell says that a command is none.
const (
	cannotRun   = 126
	notACommand = 127
)

func (l *linter) command(console Console, file string, line int, client, command string, files map[string]string) {
	output, code, err := console.Run(l.ctx, client, command, files)
	switch {
	case err != nil:
		l.problem(file, line, "$ %s: %v", command, err)
	case code == cannotRun, code == notACommand, badUse.MatchString(output):
		l.problem(file, line, "$ %s: does not run: %s", command, strings.TrimSpace(output))
	default:
		l.report.Commands++
	}
}

// badUse is what kubectl says to a call that can never work; other failures
// may be what the section wants to show.
var badUse = regexp.MustCompile(`(?m)^error: (unknown|the path "|unable to read|not allowed|the server doesn't have a resource type)`)

var link = regexp.MustCompile(`(!?)\[[^\]]*\]\(([^)\s]+)\)`)

// markdown proves the figures and links of a text whose first line is that
// line of the file. What stands in fences and backquotes is no link.
func (l *linter) markdown(file, text string, line int) {
	fenced := false
	for one := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(one), "```") {
			fenced = !fenced
		}
		if !fenced {
			for _, m := range link.FindAllStringSubmatch(code.ReplaceAllString(one, ""), -1) {
				l.link(file, line, m[2])
			}
		}
		line++
	}
}

var code = regexp.MustCompile("`[^`]*`")

func (l *linter) link(file string, line int, target string) {
	kind, id, _ := strings.Cut(target, ":")
	found := false
	switch kind {
	case "figure":
		_, err := l.pack.Figure(id)
		found = err == nil
		if found {
			l.report.Figures++
			return
		}
	case "section":
		found = l.pack.Section(id) != nil
	case "scenario":
		found = l.pack.Scenario(id) != nil
	case "lab":
		found = l.pack.Lab(id) != nil
	case "http", "https":
		u, err := url.Parse(target)
		found = err == nil && u.Host != ""
	default:
		l.problem(file, line, "link %q: write figure:, section:, scenario:, lab: or a web address", target)
		return
	}
	if !found {
		l.problem(file, line, "link %q leads nowhere", target)
		return
	}
	l.report.Links++
}
