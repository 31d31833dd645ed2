package paint

import (
	"os"

	"github.com/charmbracelet/colorprofile"
)

// Own is the process's own terminal.
type Own struct {
	In, Out *os.File
	Environ []string
	Profile colorprofile.Profile
}
