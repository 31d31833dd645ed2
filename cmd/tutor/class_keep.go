package main

import (
	"bufio"
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/internal/classroom/store"
)

func newClassBackupCmd(sys *system) *cobra.Command {
	var where string
	cmd := &cobra.Command{
		Use:   "backup FILE|-",
		Short: "Write the whole class, as it is at one moment, to a file",
		Args:  exactly(1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		return withClass(sys, &where, func(ctx context.Context, class *store.Store) error {
			if args[0] == "-" {
				return class.Backup(ctx, sys.out)
			}
			return backupTo(ctx, class, args[0])
		})(cmd, args)
	}
	classFlag(cmd, sys, &where)
	return cmd
}

// backupTo writes a new file that its owner alone can read: it holds the join
// code. What went wrong half way is not left behind.
func backupTo(ctx context.Context, class *store.Store, path string) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	defer func() {
		if closing := f.Close(); err == nil && closing != nil {
			err = fmt.Errorf("write the backup: %w", closing)
		}
		if err != nil {
			os.Remove(path)
		}
	}()
	w := bufio.NewWriter(f)
	if err := class.Backup(ctx, w); err != nil {
		return err
	}
	return w.Flush()
}

func newClassRestoreCmd(sys *system) *cobra.Command {
	var where string
	cmd := &cobra.Command{
		Use:   "restore FILE|-",
		Short: "Put a backup into a new, empty class, whole or not at all",
		Args:  exactly(1),
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		in := sys.input(cmd.Context())
		if args[0] != "-" {
			f, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("read the backup: %w", err)
			}
			defer f.Close()
			in = f
		}
		return withClass(sys, &where, func(ctx context.Context, class *store.Store) error { return class.Restore(ctx, in) })(cmd, args)
	}
	classFlag(cmd, sys, &where)
	return cmd
}
