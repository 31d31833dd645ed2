package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/internal/plain"
	"github.com/kubetutor/tutor/internal/play"
	"github.com/kubetutor/tutor/lessons"
)

// plainWidth is where plain text is wrapped, in cells.
const plainWidth = 72

func newLessonCmd(sys *system) *cobra.Command {
	return group(&cobra.Command{
		Use:   "lesson",
		Short: "Read the lesson as plain text",
	},
		&cobra.Command{
			Use:   "list",
			Short: "List the sections and the pages to look things up in",
			Args:  cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				pack, err := sys.pack()
				if err != nil {
					return err
				}
				return listSections(sys, pack)
			},
		},
		&cobra.Command{
			Use:     "show SECTION",
			Short:   "Print a section; what its commands print comes from the simulator",
			Example: "  tutor lesson show clusterip",
			Args:    exactly(1),
			RunE: func(cmd *cobra.Command, args []string) error {
				pack, err := sys.pack()
				if err != nil {
					return err
				}
				return showSection(cmd.Context(), sys, pack, args[0])
			},
		},
	)
}

func listSections(sys *system, pack *lessons.Pack) error {
	fmt.Fprintf(sys.out, "%s\n\n", pack.Title)
	minutes := map[string]int{}
	for _, part := range pack.Parts {
		minutes[part.Section] = part.Minutes
	}
	w := tabwriter.NewWriter(sys.out, 0, 0, 2, ' ', 0)
	for _, s := range pack.Sections {
		fmt.Fprintf(w, "%s\t%s\t%d min\n", s.ID, s.Title, minutes[s.ID])
	}
	for _, s := range pack.Reference {
		fmt.Fprintf(w, "%s\t%s\t\n", s.ID, s.Title)
	}
	return w.Flush()
}

func showSection(ctx context.Context, sys *system, pack *lessons.Pack, id string) error {
	page := pack.Page(id)
	if page == nil {
		return unknown("section", id, pagesOf(pack), "tutor lesson list names them")
	}
	return showText(ctx, sys, pack, page)
}

// showText prints a text, with what its commands print.
func showText(ctx context.Context, sys *system, pack *lessons.Pack, s *lessons.Section) error {
	filled, err := play.New(pack, sys.now).Fill(ctx, s)
	if err != nil {
		return err
	}
	return writePlain(sys, pack, markdownOf(filled))
}

func markdownOf(s *lessons.Section) string { return "# " + s.Title + "\n\n" + s.Body }

func writePlain(sys *system, pack *lessons.Pack, markdown string) error {
	return plain.Write(sys.out, markdown, plain.Options{
		Width: plainWidth,
		Figure: func(name string) (string, bool) {
			text, err := pack.Figure(name)
			return string(text), err == nil
		},
		Link:  plainLink,
		Block: func(info, text string) (string, bool) { return plainBlock(pack, info, text) },
	})
}

// plainLink adds the command that leads where a link does.
func plainLink(target, words string) string {
	kind, id, _ := strings.Cut(target, ":")
	switch kind {
	case "section":
		return fmt.Sprintf("%s (tutor lesson show %s)", words, id)
	case "scenario", "lab":
		return fmt.Sprintf("%s (tutor %s show %s)", words, kind, id)
	}
	return words + " (" + target + ")"
}

// plainBlock writes the fenced blocks that mean more than code: who runs the
// commands, what a manifest's file is called, and a question without its
// answer.
func plainBlock(pack *lessons.Pack, info, text string) (string, bool) {
	b := lessons.Block{Info: info, Text: text}
	if client, _, ok := b.Console(); ok {
		return "At " + cmp.Or(client, "your own machine") + ":\n\n" + indent(text), true
	}
	if name, ok := b.File(); ok {
		return "File " + name + ":\n\n" + indent(text), true
	}
	if info != "predict" {
		return "", false
	}
	q := pack.Question(strings.TrimSpace(text))
	if q == nil {
		return "", false
	}
	var ask strings.Builder
	ask.WriteString("Before you read on:\n")
	_ = plain.Write(&ask, q.Prompt, plain.Options{Width: plainWidth - 2}) // a Builder takes everything
	for i, o := range q.Options {
		fmt.Fprintf(&ask, "  %d  %s\n", i+1, strings.ReplaceAll(o.Text, "`", ""))
	}
	return ask.String(), true
}

func indent(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString(strings.TrimRight("    "+line, " "))
	}
	return b.String()
}
