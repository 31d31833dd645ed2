//go:build !unix

package paint

import (
	"context"

	tea "charm.land/bubbletea/v2"
)

// Run shows a model until it ends. Consoles that are no Unix terminals are
// Bubble Tea's to know.
func (o Own) Run(ctx context.Context, model tea.Model) error {
	_, err := tea.NewProgram(native{model}, tea.WithContext(ctx), tea.WithEnvironment(o.Environ), tea.WithoutSignalHandler(),
		tea.WithInput(o.In), tea.WithOutput(o.Out), tea.WithColorProfile(o.Profile)).Run()
	return err
}

// native is a model in Bubble Tea's own hands.
type native struct{ tea.Model }

// Init starts the model, and asks for what a Screen asks for by itself.
func (n native) Init() tea.Cmd { return tea.Batch(tea.RequestBackgroundColor, n.Model.Init()) }

// Update handles a message, with Bubble Tea's words for those of this package.
func (n native) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case CopyMsg:
		return n, tea.SetClipboard(string(msg))
	case execMsg:
		return n, tea.ExecProcess(msg.cmd, msg.done)
	}
	var cmd tea.Cmd
	n.Model, cmd = n.Model.Update(msg)
	return n, cmd
}
