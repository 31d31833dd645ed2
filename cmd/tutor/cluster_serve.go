package main

import (
	"fmt"
	"net"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/internal/kubeserve"
	"github.com/kubetutor/tutor/internal/shell"
	"github.com/kubetutor/tutor/simulator"
)

func newClusterServeCmd(sys *system) *cobra.Command {
	var worldName, listen, kubeconfig string
	cmd := &cobra.Command{
		Use:   "serve --kubeconfig OUT",
		Short: "Serve a simulated cluster to your own kubectl, k9s or any other client",
		Long: `Serves a simulated cluster over HTTPS until ^C. The file given with --kubeconfig
is written once connections are accepted; it holds the address, the certificate
authority and a random token.`,
		Example: `  tutor cluster serve --kubeconfig ./kubeconfig &
  kubectl --kubeconfig ./kubeconfig get svc -A`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, _, err := net.SplitHostPort(listen); err != nil {
				return fmt.Errorf("--listen %s: give HOST:PORT, for example 127.0.0.1:6443", listen)
			}
			w, err := loadWorld(worldName)
			if err != nil {
				return err
			}
			c, err := simulator.New(simulator.Options{World: w, Start: sys.now(), Exec: shell.Exec})
			if err != nil {
				return fmt.Errorf("start world %s: %w", worldName, err)
			}
			defer c.Close()
			c.Follow(sys.now)
			kubeserve.Silence()
			return kubeserve.Serve(cmd.Context(), c.Handler(), kubeserve.Options{
				Listen:     listen,
				Kubeconfig: kubeconfig,
				Now:        sys.now,
				Ready: func(url string) {
					fmt.Fprintf(sys.out, "serving world %s at %s; use it with: kubectl --kubeconfig %s\n", worldName, url, kubeconfig)
				},
			})
		},
	}
	worldFlag(cmd, &worldName)
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "address to listen on; port 0 picks a free one")
	cmd.Flags().StringVar(&kubeconfig, "kubeconfig", "", "file to write for clients (required)")
	if err := cmd.MarkFlagRequired("kubeconfig"); err != nil {
		panic(err) // the flag is defined right above
	}
	return cmd
}
