package en

import (
	"fmt"
	"strings"
	"time"

	"github.com/kubetutor/tutor/internal/tui/text"
)

func class() text.Class {
	return text.Class{
		NotOpen:   "Your teacher has not opened this section yet.",
		Closed:    "not open yet",
		HintsHeld: "Your teacher holds the hints back for now.",
		QuizOver:  "The time for the quiz is over. What you answered counts.",
		Message:   func(m string) string { return "Teacher: " + m },
		QuizOn: func(left time.Duration) string {
			return fmt.Sprintf("The quiz is on, %s left: F3", plural(int((left+time.Minute-1)/time.Minute), "minute", "minutes"))
		},
		JoinTitle: func(title string) string {
			if title == "" {
				return "Join the class"
			}
			return "Join " + title
		},
		NamePrompt: "Your name, as the teacher will see it:",
		CodePrompt: "The class's join code, which your teacher has:",
		Join:       "join", Leave: "leave", Checking: "One moment …",
		Full: "The class has as many connections as it takes. Close one, or try again later.",
		Wall: wall(),
	}
}

func wall() text.Wall {
	return text.Wall{
		Title: "The room",
		Here:  func(n int) string { return fmt.Sprintf("%d here", n) },
		Code: func(join, code string) string {
			if code != "" {
				code = "code " + code
			}
			return strings.TrimSpace(join + "   " + code)
		},
		State:     map[string]string{"stuck": "stuck", "slow": "slow", "going": "", "away": "away"},
		Minutes:   func(n int) string { return fmt.Sprintf("%d min", n) },
		Checks:    func(n int) string { return plural(n, "check", "checks") },
		Hints:     func(n int) string { return plural(n, "hint", "hints") },
		Passed:    func(n int) string { return fmt.Sprintf("%d passed", n) },
		Times:     func(cause string, n int) string { return fmt.Sprintf("%s ×%d", cause, n) },
		RoomMeets: "What the room meets most: ",
		NoChecks:  "Nobody has checked anything yet.",
		Empty:     "Nobody is here yet. Learners connect with ssh; the line above says where to.",
		AtHome:    "home",
		Message:   "say", Sections: "sections", HoldHints: "no hints", GiveHints: "hints", Quiz: "quiz",
		EndQuiz: "end quiz", Look: "look", Send: "send", Start: "start",
		MessageTitle: "Message to everybody", MessagePrompt: "One line for all screens; empty takes the last message away:",
		SectionsTitle: "Sections", QuizTitle: "Start a quiz for everybody",
		Open: "open", Shut: "closed", Toggle: "open or close",
		QuizSection: "section",
		QuizAbout: func(section string, questions int) string {
			if section == "" {
				section = "All sections"
			}
			return section + ", " + plural(questions, "question", "questions")
		},
		QuizMinutes: func(n int) string { return plural(n, "minute", "minutes") },
		Manifest:    func(name, task string) string { return name + ": " + task },
		NoManifest:  "Nothing has been typed there yet.", Untyped: "Nothing has been typed yet. It begins so:", NotChanged: "Nothing was changed.",
		HintsAreHeld: "Hints are held back.", HintsAreGiven: "Hints are given.", QuizRuns: "The quiz has begun.", QuizEnded: "The quiz has ended.",
		CannotRead:   func(err error) string { return fmt.Sprintf("The class cannot be read: %v", err) },
		CannotChange: func(err error) string { return fmt.Sprintf("Not changed: %v", err) },
	}
}
