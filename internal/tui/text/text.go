// Package text holds the words of the screens: what a language must say. A
// language is a folder below this one, with a function that returns Strings;
// see package en. Words of lessons, of the grader and of Kubernetes are not
// here: they are shown as they come.
package text

import "time"

// Strings is every word that the screens show of their own. Functions put
// numbers and names where the language wants them.
type Strings struct {
	AppName    string
	CannotOpen func(error) string
	NotSaved   func(error) string
	TooSmall   func(width, height int) string
	NoFigure   func(name string) string
	GoOnTo     func(what string) string
	// Window is the title of the terminal's window.
	Window func(screen string) string

	Overview Overview
	Keys     Keys
	Help     Help
	Palette  Palette
	Home     Home
	Reader   Reader
	Task     Task
	Question Question
	Editor   Editor
	LookUp   LookUp
	Settings Settings
	Guide    Guide
	Figures  Figures
	Class    Class
	Map      Map
	// EditorKeys are the keys of the editor and what they do, for the help.
	EditorKeys [][2]string
	// VimKeys are those of the editor with vim's keys.
	VimKeys [][2]string
}

// Overview is the lesson as plain text, where there is no screen.
type Overview struct {
	Done     func(percent int) string
	NoScreen string
	// Commands are what can be run instead, and what it is for.
	Commands [][2]string
}

// Keys say what a key does, in a word or two.
type Keys struct {
	// AllKeys opens the help; MoreKeys where not all keys had room.
	AllKeys, MoreKeys string

	Back, Close, Quit, Open, GoOn, Choose, Ends, Scroll, Pages, ReadOn, NextPage, GoTo string

	Check, NextPane, StartAgain, LeaveEditor, Edit, Remove string
}

// Palette finds things by name.
type Palette struct {
	Title, Nothing string

	Section, Page, Scenario, Lab, Question, Term, Command string
}

// LookUp is the pages of reference, the documentation of fields, bookmarks
// and notes.
type LookUp struct {
	Key, Mark, MarkTitle, MarkPrompt, Marked, Unmarked, Bookmarks, NoBookmarks, Keep string
	Note                                                                             func(string) string

	Field, NoField, NoCompletion, Required, Complete, Insert string
	// Explain and Own are what keys do in the editor: explain the field, open
	// the learner's own editor.
	Explain, Own string
	OwnFailed    func(error) string
	OwnMissing   func(command string) string
	Default      func(string) string
}

// Settings are the learner's choices.
type Settings struct {
	Title, Next, Other string

	Colours, AboutColours, AutoTheme string
	Theme                            func(name string) string

	Keys, AboutKeys, KeysOrdinary, KeysVim         string
	Motion, AboutMotion, MotionFull, MotionReduced string
	Signs, AboutSigns, SignsAll, SignsASCII        string

	// What the colours and signs mean.
	Step, Holds, Fails, Look, Open string
}

// Guide is the decision guide.
type Guide struct {
	Title, StepBack, Again string

	More func(section string) string
}

// Figures are the words in the figures that a program draws.
type Figures struct {
	// Who gets in by each type; Pods is the name of the innermost ring.
	LoadBalancer, NodePort, ClusterIP, Pods, PodsSay string
}

// Help is the list of all keys.
type Help struct{ Title string }

// Home is the lesson at a glance.
type Home struct {
	Practice, Quiz, Empty, AllDone           string
	Review, Exam, Drill, Labs, NothingDueYet string
	// Sheet is the cheat sheet, as a thing to open.
	Sheet string

	// Left is the time that is left, about: for the course, and for its labs.
	Left func(course, labs int) string

	Due     func(n, minutes int) string
	Of      func(n, of int) string
	Minutes func(n int) string

	UpNext, StoppedAt func(title string) string
	Answered, Passed  func(n, of int) string
	Section           func(minutes int) string
	// Task and Tried are of a scenario or a lab.
	Task      func(lab bool, minutes int) string
	Tried     func(lab bool, checks int) string
	Questions func(n int) string
	// Solved is how many labs are, in the line above their list.
	Solved func(n, of int) string
}

// Reader is the reading of a section.
type Reader struct {
	Text, Outline, Answer, PassOver, HowToAnswer, Answered, NotAnswered string

	Page     func(title string, n, of int) string
	NoOutput func(error) string
}

// Task is the work on a scenario.
type Task struct {
	Brief, Debrief, Editor, Result string

	Checking, Tried, Met, Because, Where, Next string
	// LabelCells is the width of the labels.
	LabelCells int

	CheckFailed          func(error) string
	CheckNumber, AllHold func(n int) string
	SomeFail             func(n, of int) string
	Untried              func(expectation string) string
	ToLine               func(line int) string
	Line                 func(line int, field string) string
	ResetDone            string
	// FindOut follows the symptoms of a lab that nothing was changed in yet.
	FindOut string
	// File says where the text is a file; the others what became of it.
	File                    func(path string) string
	FileFailed              func(error) string
	FileTaken, FileConflict string
	// Vim and NoVim are what the key does that changes the editor's keys; VimIsOn
	// and VimIsOff say that it did.
	Vim, NoVim, VimIsOn, VimIsOff string
	BeforeYouCheck                string
	YourPrediction                string
	CountsAsSeen, SolvedBefore    string
	Diff, NoDiff, DiffSigns       string
	// DiffByHand and its signs are for a cluster that was repaired by hand.
	DiffByHand, DiffByHandSigns string
	HintKey, HintTitle          func(shown, of int) string
	NextHint, ShowSolution      string
	NoHints, SolutionNow        string
	SolutionLater               func(needed, done int) string
}

// Question is the asking and the feedback.
type Question struct {
	// RightAnswers stands before a list of them.
	RightAnswers string

	Before, Answer, Mark, Next, Finish, Again, Wait, MarkFirst string
	Right, Near, Wrong                                         string

	BeginExam, Skip, EndExam, EndExamTitle, EndExamSays, Missed, OutOfTime string

	ExamSays func(questions int, limit time.Duration) string

	Left        func(time.Duration) string
	Score       func(right, of, percent int, took time.Duration) string
	Of          func(name string, n, of int) string
	RightAnswer func(answer string) string
	CannotTry   func(error) string
}

// Editor is the words of the text editor.
type Editor struct {
	TooLarge, NoUndo, NoRedo, Copied, NotFound string

	Find, ReplaceBy       string
	FindKeys, ReplaceKeys [][2]string

	// Modes are the names of vim's modes, the ordinary keys' first.
	Modes [6]string
	// Recording is shown before the letter of the macro that is recorded.
	Recording string
	// NoVimKey says that a command of vim is not there, NoMark and NoMacro that
	// a letter stands for none.
	NoVimKey, NoMark, NoMacro func(keys string) string
	Replaced                  func(n int) string
}
