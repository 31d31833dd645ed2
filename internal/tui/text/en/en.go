// Package en is the words of the screens in English.
package en

import (
	"fmt"
	"time"

	"github.com/kubetutor/tutor/internal/tui/text"
)

// Strings returns the words.
func Strings() *text.Strings {
	return &text.Strings{
		AppName: "tutor",
		CannotOpen: func(err error) string {
			return fmt.Sprintf("The lesson cannot be opened: %v.", err)
		},
		NotSaved: func(err error) string { return fmt.Sprintf("Not saved: %v", err) },
		TooSmall: func(width, height int) string {
			return fmt.Sprintf("This needs %d columns by %d lines.", width, height)
		},
		NoFigure: func(name string) string { return fmt.Sprintf("(no figure %q)", name) },
		Window:   func(screen string) string { return "tutor: " + screen },
		GoOnTo:   func(what string) string { return "go on: " + what },

		Overview: text.Overview{
			Done:     func(percent int) string { return fmt.Sprintf("%d %% done", percent) },
			NoScreen: "The app needs a terminal. Without one, run:",
			Commands: [][2]string{
				{"tutor --plain", "the whole lesson, line by line"},
				{"tutor lesson show SECTION", "read a section"},
				{"tutor scenario show ID", "see what a scenario asks for"},
				{"tutor check ID FILE", "grade a manifest"},
				{"tutor kubectl get services -A", "look around in your cluster"},
				{"tutor --help", "all commands"},
			},
		},
		Keys: text.Keys{
			AllKeys: "all keys", MoreKeys: "more", Back: "back", Close: "close", Quit: "quit", Open: "open", GoOn: "go on", Choose: "choose",
			Ends: "first, last", Scroll: "scroll", Pages: "pages", ReadOn: "read on", NextPage: "next page", GoTo: "find",
			Check: "check", NextPane: "panes", StartAgain: "start again", LeaveEditor: "leave editor", Edit: "edit", Remove: "remove",
		},
		Help: text.Help{Title: "All keys that work here"},
		Palette: text.Palette{
			Title: "Find anything", Nothing: "Nothing of that name.",
			Section: "section", Page: "page", Scenario: "scenario", Lab: "lab", Question: "question", Term: "term", Command: "command",
		},
		LookUp:   lookUp(),
		Settings: settings(),
		Guide:    guide(),
		Figures:  figures(),
		Home:     home(),
		Reader: text.Reader{
			Text: "text", Outline: "outline", Answer: "answer", PassOver: "go on without",
			HowToAnswer: "Press a to answer, or n to read on without.",
			Answered:    "You have answered it. Press a to try it again.", NotAnswered: "You passed it over. Press a to answer it after all.",
			Page: func(title string, n, of int) string {
				if of < 2 {
					return title
				}
				return fmt.Sprintf("%s   %d of %d", title, n, of)
			},
			NoOutput: func(err error) string { return fmt.Sprintf("The commands could not be run: %v", err) },
		},
		Task:       task(),
		Question:   question(),
		Editor:     editor(),
		Class:      class(),
		Map:        clusterMap(),
		EditorKeys: editorKeys(),
		VimKeys:    vimKeys(),
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func home() text.Home {
	return text.Home{
		Practice: "Practice questions",
		Quiz:     "Quiz",
		Review:   "Review", Exam: "Exam", Drill: "Which type?", Labs: "Labs",
		Sheet:         "Cheat sheet",
		Left:          left,
		NothingDueYet: "Nothing is due. What you answer comes back here, what you missed soonest.",
		Due: func(n, minutes int) string {
			if n == 0 {
				return "0 due"
			}
			return fmt.Sprintf("%d due, %d min", n, minutes)
		},
		Of:      func(n, of int) string { return fmt.Sprintf("%d of %d", n, of) },
		Minutes: func(n int) string { return fmt.Sprintf("%d min", n) },
		Empty:   "This lesson has no sections yet: see the lesson authors' guide, or start tutor with another --lessons folder.",
		AllDone: "Everything here is done.",

		UpNext:    func(title string) string { return "Up next: " + title },
		StoppedAt: func(title string) string { return fmt.Sprintf("you stopped at %q", title) },
		Answered:  func(n, of int) string { return fmt.Sprintf("%d of %d right", n, of) },
		Passed:    func(n, of int) string { return fmt.Sprintf("%d of %s", n, plural(of, "scenario", "scenarios")) },
		Section: func(minutes int) string {
			if minutes == 0 {
				return "to read"
			}
			return fmt.Sprintf("to read, %d min", minutes)
		},
		Task: func(lab bool, minutes int) string {
			what := "a scenario to solve"
			if lab {
				what = "a lab: find what is broken, and mend it"
			}
			if minutes == 0 {
				return what
			}
			return fmt.Sprintf("%s, %d min", what, minutes)
		},
		Tried: func(lab bool, checks int) string {
			what := "a scenario"
			if lab {
				what = "a lab"
			}
			return fmt.Sprintf("%s, %s so far", what, plural(checks, "check", "checks"))
		},
		Solved: func(n, of int) string {
			if n == of {
				return fmt.Sprintf("all %d solved", of)
			}
			return fmt.Sprintf("%d of %d solved, %d left", n, of, of-n)
		},
		Questions: func(n int) string { return plural(n, "question", "questions") },
	}
}

// left says what is left to do: the course first, its labs apart.
func left(course, labs int) string {
	switch {
	case labs == 0:
		return hours(course) + " left"
	case course == 0:
		return hours(labs) + " of labs left"
	}
	return hours(course) + " left, and " + hours(labs) + " of labs"
}

// hours is a time in words, rounded as one would say it.
func hours(minutes int) string {
	whole, rest := minutes/60, minutes%60
	switch {
	case minutes < 60:
		return fmt.Sprintf("%d min", minutes)
	case rest < 8 || rest >= 53:
		return fmt.Sprintf("%d h", (minutes+30)/60)
	}
	return fmt.Sprintf("%d h %d", whole, (rest+7)/15*15)
}

func task() text.Task {
	return text.Task{
		Brief: "brief", Debrief: "debrief", Editor: "editor", Result: "result",
		Checking: "Checking …",
		Tried:    "tried", Met: "met", Because: "because", Where: "where", Next: "next",
		LabelCells: 8,

		CheckFailed: func(err error) string { return fmt.Sprintf("The check could not be run: %v", err) },
		CheckNumber: func(n int) string { return fmt.Sprintf("check %d", n) },
		AllHold: func(n int) string {
			if n == 1 {
				return "It holds."
			}
			return fmt.Sprintf("All %d hold.", n)
		},
		SomeFail: func(n, of int) string {
			if n == 1 {
				return fmt.Sprintf("1 of %d does not hold", of)
			}
			return fmt.Sprintf("%d of %d do not hold", n, of)
		},
		Untried: func(e string) string { return e + " (not tried yet)" },
		ToLine:  func(line int) string { return fmt.Sprintf("line %d", line) },

		Line: func(line int, field string) string {
			if field == "" {
				return fmt.Sprintf("line %d", line)
			}
			return fmt.Sprintf("line %d, %s", line, field)
		},
		File: func(path string) string {
			return "Any other editor works too. What it saves in this file shows here:\n" + path
		},
		FileFailed:   func(err error) string { return fmt.Sprintf("Your file is out of step: %v", err) },
		FileTaken:    "Saved by another editor: this is its text. Undo brings yours back.",
		FileConflict: "Saved by another editor while you typed. Undo brings your text back.",
		Vim:          "vim keys", NoVim: "ordinary keys",
		VimIsOn:        "vim keys: i types, esc ends typing, :w checks, :q leaves, F3 changes back.",
		VimIsOff:       "The editor has ordinary keys now.",
		ResetDone:      "The starter is back. ctrl+z brings your text back.",
		FindOut:        "So far nothing is changed. Look for the cause with kubectl, curl and dig. Once you have changed something, or taken a hint, a check names causes too.",
		BeforeYouCheck: "Before you check",
		YourPrediction: "(your prediction)",
		SolvedBefore:   "Solved before. A check that passes shows the debrief again.",
		CountsAsSeen:   "The solution was shown before, so this counts as seen. Start again (s) and solve it from the starter to have it count.",
		Diff:           "Your manifest and ours",
		NoDiff:         "Your manifest says what ours says.",
		DiffByHand:     "What our solution changes", DiffByHandSigns: "- as it was   + ours",
		DiffSigns: "- yours alone   + ours alone",

		HintKey: func(shown, of int) string {
			if shown == 0 {
				return "hint"
			}
			return fmt.Sprintf("hint %d of %d", shown, of)
		},
		HintTitle: func(shown, of int) string {
			if of == 0 {
				return "Hints"
			}
			return fmt.Sprintf("Hint %d of %d", shown, of)
		},
		NextHint:     "next hint",
		ShowSolution: "show the solution",
		NoHints:      "There are no hints for this one.",
		SolutionNow:  "The last rung is the solution. Once shown, the scenario counts as seen, not as passed.",
		SolutionLater: func(needed, done int) string {
			return fmt.Sprintf("The last rung is the solution. It opens after %s of your own; so far %d. A text that was checked already does not count.", plural(needed, "check", "checks"), done)
		},
	}
}

func question() text.Question {
	return text.Question{
		Before: "Before you read on", Answer: "answer", Mark: "mark", Next: "next", Finish: "finish", Again: "try again",
		Wait:      "The cluster is still being asked.",
		MarkFirst: "Mark what fits with space, then answer.",
		Right:     "Right.", Near: "Nearly.", Wrong: "Not so.",

		BeginExam: "begin the exam",
		ExamSays: func(n int, limit time.Duration) string {
			return fmt.Sprintf("%s in %s, without help, feedback or a way back. What you answer counts, here and for the review.", plural(n, "question", "questions"), plural(int(limit.Minutes()), "minute", "minutes"))
		},
		Skip: "skip", EndExam: "end the exam", EndExamTitle: "End the exam?", Missed: "ask what was missed", OutOfTime: "The time was up.",
		EndExamSays: "What you have answered counts; the rest counts as skipped.",
		Left: func(d time.Duration) string {
			return fmt.Sprintf("%d:%02d left", int(d.Minutes()), int(d.Seconds())%60)
		},
		Score: func(right, of, percent int, took time.Duration) string {
			return fmt.Sprintf("%d of %d right, %d %% in %s", right, of, percent, took.Round(time.Second))
		},
		Of:           func(name string, n, of int) string { return fmt.Sprintf("%s   %d of %d", name, n, of) },
		RightAnswers: "Right would be",
		RightAnswer:  func(a string) string { return "The answer is " + a + "." },
		CannotTry:    func(err error) string { return fmt.Sprintf("The cluster could not be asked: %v", err) },
	}
}

func editor() text.Editor {
	return text.Editor{
		TooLarge:  "That is more than 1 MiB of text: Kubernetes would not take it either.",
		NoUndo:    "Nothing to undo.",
		NoRedo:    "Nothing to redo.",
		Copied:    "Copied.",
		NotFound:  "Not found.",
		Find:      "find ",
		FindKeys:  [][2]string{{"enter", "next"}, {"↑", "before"}, {"tab", "replace"}, {"esc", "close"}},
		ReplaceBy: "  by ", ReplaceKeys: [][2]string{{"enter", "replace"}, {"↓", "skip"}, {"ctrl+a", "all"}, {"esc", "close"}},
		Modes:     [6]string{"", "NORMAL", "INSERT", "VISUAL", "VISUAL LINE", "VISUAL BLOCK"},
		Recording: "recording @",
		NoMark:    func(letter string) string { return "There is no mark " + letter + "." },
		NoMacro:   func(letter string) string { return "Nothing was recorded as " + letter + "." },
		NoVimKey:  func(keys string) string { return keys + " is not among the vim keys here." },
		Replaced:  func(n int) string { return plural(n, "place", "places") + " replaced." },
	}
}

func editorKeys() [][2]string {
	return [][2]string{
		{"ctrl+z", "undo"}, {"ctrl+y", "redo"},
		{"ctrl+x", "cut the selection or the line"}, {"ctrl+c", "copy it"}, {"ctrl+v", "paste it"},
		{"shift+arrows", "select; the mouse does too"}, {"ctrl+a", "select all"},
		{"tab", "two spaces, or indent what is selected"}, {"shift+tab", "outdent"},
		{"ctrl+t", "comment on or off"}, {"ctrl+d", "duplicate"}, {"ctrl+↑ ↓", "move the line"},
		{"ctrl+f", "find; tab there replaces"}, {"ctrl+← →", "word by word"}, {"ctrl+w", "delete the word before"},
		{"home end", "start and end of the line"}, {"ctrl+home end", "start and end of the text"},
	}
}

func vimKeys() [][2]string {
	return [][2]string{
		{":w  ZZ", "check"}, {":q  ZQ", "leave the editor"}, {"K", "explain the field"}, {"esc", "normal mode"},
		{"i a I A o O", "type"}, {"v V ctrl+v", "select characters, lines, a block"},
		{"h j k l  w b e  0 ^ $", "move"}, {"gg G {n}G  { }", "lines and paragraphs"}, {"f F t T ; ,  %", "to a character, to the bracket"},
		{"d c y  > <  gc", "delete, change, yank; indent; comment …"}, {"w $ }  iw aw i\" a{ ip", "… to a motion, or a text object"},
		{"dd cc yy >> << gcc", "the same for lines"}, {"x X D C s S r ~ J", "small changes"}, {"p P", "put"},
		{"u  ctrl+r  .", "undo, redo, again"}, {"/ ? n N * #", "search"}, {"m{a}  '{a}  ''", "set a mark, go to it, go back"}, {"q{a} q  @{a}", "record keys, play them"}, {":s/a/b/  :%s/a/b/g", "replace"},
		{"ctrl+d ctrl+u  zz", "scroll"}, {"ctrl+n", "complete, while typing"},
	}
}

func lookUp() text.LookUp {
	return text.LookUp{
		Key: "cheat sheet", Mark: "bookmark", MarkTitle: "Bookmark this place", MarkPrompt: "A note on it, if you like:",
		Marked: "Kept. B on the first screen lists what is kept.", Unmarked: "Taken away.",
		Note:      func(note string) string { return "Your note: " + note },
		Bookmarks: "Bookmarks", Keep: "keep",
		NoBookmarks: "There are no bookmarks yet: B on any other screen keeps the place, with a note if you like.",
		Field:       "Field", NoField: "There is no documentation for what stands here: move to a field.",
		NoCompletion: "There is nothing to complete here: begin a field or its value.",
		Required:     "required", Complete: "complete", Insert: "insert", Explain: "explain",
		Own:       "your editor",
		OwnFailed: func(err error) string { return fmt.Sprintf("Your editor ended with %v. What it saved is here.", err) },
		OwnMissing: func(command string) string {
			return fmt.Sprintf("There is no command %q: set VISUAL or EDITOR to your editor.", command)
		},
		Default: func(s string) string { return "default " + s },
	}
}
