package text

import "time"

// Class is what learners of a class and their teacher read beside the lesson.
type Class struct {
	NotOpen, Closed, HintsHeld, QuizOver string

	Message func(string) string
	QuizOn  func(left time.Duration) string

	// Joining.
	JoinTitle   func(title string) string
	NamePrompt  string
	CodePrompt  string
	Join, Leave string
	Checking    string
	Full        string // one line of ASCII, for clients that are turned away

	Wall Wall
}

// Wall is the teacher's screen.
type Wall struct {
	Title                                         string
	Here                                          func(n int) string
	Code                                          func(join, code string) string
	State                                         map[string]string
	Minutes, Checks, Hints, Passed                func(n int) string
	Times                                         func(cause string, n int) string
	RoomMeets, NoChecks, Empty, AtHome            string
	Message, Sections, HoldHints, GiveHints, Quiz string
	EndQuiz, Look, Send, Start                    string
	MessageTitle, MessagePrompt                   string
	SectionsTitle, QuizTitle                      string
	Open, Shut, Toggle                            string
	QuizMinutes                                   func(n int) string
	Manifest                                      func(name, task string) string
	NoManifest, Untyped, NotChanged               string
	HintsAreHeld, HintsAreGiven                   string
	QuizRuns, QuizEnded, QuizSection              string
	QuizAbout                                     func(section string, questions int) string
	CannotRead, CannotChange                      func(error) string
}
