package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	gossh "golang.org/x/crypto/ssh"

	"github.com/kubetutor/tutor/internal/classroom"
	"github.com/kubetutor/tutor/internal/classroom/store"
)

func newClassCmd(sys *system) *cobra.Command {
	return group(&cobra.Command{
		Use:   "class",
		Short: "Make a class for tutor serve, see it, export it, keep it",
	},
		newClassSetCmd(sys, "create"),
		newClassSetCmd(sys, "set"),
		newClassShowCmd(sys),
		newClassExportCmd(sys),
		newClassImportCmd(sys),
		newClassBackupCmd(sys),
		newClassRestoreCmd(sys),
	)
}

// withClass opens the class around a command.
func withClass(sys *system, where *string, do func(ctx context.Context, class *store.Store) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, _ []string) error {
		class, err := openClass(cmd.Context(), sys, *where)
		if err != nil {
			return err
		}
		defer class.Close()
		return do(cmd.Context(), class)
	}
}

// newClassSetCmd is both create and set: the one wants a class that is new,
// the other one that is there.
func newClassSetCmd(sys *system, use string) *cobra.Command {
	var where, title, code string
	var teachers []string
	var newCode bool
	cmd := &cobra.Command{
		Use:     use,
		Args:    cobra.NoArgs,
		Example: `  tutor class ` + use + ` --title "Services 101" --teacher ~/.ssh/id_ed25519.pub`,
	}
	cmd.RunE = withClass(sys, &where, func(ctx context.Context, class *store.Store) error {
		keys, err := fingerprints(teachers)
		if err != nil {
			return err
		}
		made, err := classroom.NewCode()
		if err != nil {
			return err
		}
		exists := false
		c, err := class.UpdateClass(ctx, func(c *store.Class) {
			if exists = c.Code != ""; exists && use == "create" {
				return
			}
			if title != "" {
				c.Title = title
			}
			switch {
			case code != "":
				c.Code = code
			case newCode || c.Code == "":
				c.Code = made
			}
			for _, k := range keys {
				if !slices.Contains(c.Teachers, k) {
					c.Teachers = append(c.Teachers, k)
				}
			}
		})
		if err != nil {
			return err
		}
		if exists && use == "create" {
			return errors.New("there is a class already: tutor class show, or tutor class set to change it")
		}
		return showClass(sys, c, 0)
	})
	f := cmd.Flags()
	classFlag(cmd, sys, &where)
	f.StringVar(&title, "title", "", "what the class is called")
	f.StringVar(&code, "code", "", "join code for those without an SSH key (default: one that is made up)")
	f.StringSliceVar(&teachers, "teacher", nil, "teacher's public key: a `file`, or its fingerprint SHA256:…; may be given again")
	cmd.Short = "Make a class: its title, join code and teachers' keys"
	if use == "set" {
		cmd.Short = "Change a class's title, join code, or add a teacher's key"
		f.BoolVar(&newCode, "new-code", false, "make up another join code")
	}
	return cmd
}

// fingerprints reads public keys from files, or takes them as they are.
func fingerprints(teachers []string) ([]string, error) {
	var keys []string
	for _, t := range teachers {
		if strings.HasPrefix(t, "SHA256:") {
			keys = append(keys, t)
			continue
		}
		b, err := os.ReadFile(t)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("read the teacher's key: there is no %s: ssh-keygen -t ed25519 makes a key, its .pub is the public one", t)
		}
		if err != nil {
			return nil, fmt.Errorf("read the teacher's key: %w", err)
		}
		key, _, _, _, err := gossh.ParseAuthorizedKey(b)
		if err != nil {
			return nil, fmt.Errorf("read the teacher's key %s: it is no public key (the file that ends in .pub is)", t)
		}
		keys = append(keys, gossh.FingerprintSHA256(key))
	}
	return keys, nil
}

func newClassShowCmd(sys *system) *cobra.Command {
	var where string
	cmd := &cobra.Command{Use: "show", Short: "Show a class's title, join code and teachers' keys", Args: cobra.NoArgs}
	cmd.RunE = withClass(sys, &where, func(ctx context.Context, class *store.Store) error {
		c, err := class.Class(ctx)
		if err != nil {
			return err
		}
		if c.Code == "" {
			return errors.New("there is no class yet: tutor class create")
		}
		n, err := class.Size(ctx)
		if err != nil {
			return err
		}
		return showClass(sys, c, n)
	})
	classFlag(cmd, sys, &where)
	return cmd
}

func showClass(sys *system, c store.Class, learners int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "Title     %s\n", classroom.Clean(c.Title))
	fmt.Fprintf(&b, "Join code %s\n", classroom.Clean(c.Code))
	for _, t := range c.Teachers {
		fmt.Fprintf(&b, "Teacher   %s\n", classroom.Clean(t))
	}
	if len(c.Teachers) == 0 {
		fmt.Fprintln(&b, "Teacher   none: tutor class set --teacher ~/.ssh/id_ed25519.pub")
	}
	fmt.Fprintf(&b, "Learners  %d\n", learners)
	_, err := fmt.Fprint(sys.out, b.String())
	return err
}
