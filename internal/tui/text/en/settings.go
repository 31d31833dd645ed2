package en

import "github.com/kubetutor/tutor/internal/tui/text"

func settings() text.Settings {
	return text.Settings{
		Title: "Options", Next: "next value", Other: "other value",

		Colours:      "Colours",
		AboutColours: "Every colour has a sign beside it, so none is needed. A theme of your own is a file: docs/themes.md.",
		AutoTheme:    "dark or light, as the terminal",
		Theme: func(name string) string {
			switch name {
			case "high-contrast":
				return "high contrast"
			case "colour-blind":
				return "colour-blind, dark"
			case "colour-blind-light":
				return "colour-blind, light"
			case "own":
				return "your own"
			}
			return name
		},

		Keys:         "Editor keys",
		AboutKeys:    "How the YAML editor takes keys.",
		KeysOrdinary: "ordinary", KeysVim: "vim",

		Motion:      "Motion",
		AboutMotion: "Reduced: what moves, such as a packet on the map, is shown as its last picture at once.",
		MotionFull:  "full", MotionReduced: "reduced",

		Signs:      "Signs",
		AboutSigns: "ASCII is for terminals and fonts that lack lines, arrows and ticks.",
		SignsAll:   "lines, arrows, ticks", SignsASCII: "ASCII only",

		Step: "next step", Holds: "holds", Fails: "fails", Look: "look here", Open: "not done yet",
	}
}

func guide() text.Guide {
	return text.Guide{
		Title: "Decision guide", StepBack: "step back", Again: "begin again",
		More: func(section string) string { return "read on: " + section },
	}
}

func figures() text.Figures {
	return text.Figures{
		LoadBalancer: "a balancer of the platform: as far out as you ask for",
		NodePort:     "a port on every node: whoever reaches a node",
		ClusterIP:    "a virtual address: pods and nodes",
		Pods:         "Pods", PodsSay: "the application; every way ends here",
	}
}
