package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/dataplane"
	"github.com/kubetutor/tutor/simulator/probe"
	"github.com/kubetutor/tutor/simulator/world"
)

func newClusterProbeCmd(sys *system) *cobra.Command {
	var worldName, mode, batchFile, output string
	var q probeQuestion
	cmd := &cobra.Command{
		Use:   "probe --from CLIENT --to HOST:PORT",
		Short: "Follow a packet through a simulated cluster and say why it goes where it goes",
		Long: `Follows one packet from a client to an address or a name, hop by hop, and lists
every backend that may answer with the source address it sees.

CLIENT is pod:NAME (in namespace production), pod:NAMESPACE/NAME, node:NAME or
external:NAME. With --batch, each line is a JSON object with the fields client,
to, proto, arrivesAt, host and path, and is answered by one line.`,
		Example: `  tutor cluster probe --from pod:client --to 10.96.0.10:53 --proto udp
  tutor cluster probe --from external:office --to 192.168.0.10:30080 -o json`,
		Args: cobra.NoArgs,
		RunE: errorsInJSON(sys, &output, func(cmd *cobra.Command, _ []string) error {
			if output != "text" && output != "json" {
				return fmt.Errorf("-o %s: give text or json", output)
			}
			if batchFile == "" && (q.Client == "" || q.To == "") {
				return fmt.Errorf("give --from and --to, or --batch; see tutor cluster probe --help")
			}
			c, err := startWorld(cmd.Context(), sys, worldName, mode)
			if err != nil {
				return err
			}
			defer c.Close()
			net := c.Network()
			p := prober{net, probe.New(net)}
			if batchFile != "" {
				return batch(cmd.Context(), sys, batchFile, p.line)
			}
			trace, err := p.probe(q)
			if err != nil {
				return err
			}
			if output == "json" {
				return json.NewEncoder(sys.out).Encode(trace)
			}
			return printTrace(sys.out, q, trace)
		}),
	}
	worldOrSandboxFlag(cmd, &worldName)
	f := cmd.Flags()
	f.StringVar(&q.Client, "from", "", "client that sends the packet")
	f.StringVar(&q.To, "to", "", "address or name, and port")
	f.StringVar(&q.Proto, "proto", "tcp", "protocol: tcp, udp or sctp")
	f.StringVar(&q.ArrivesAt, "arrives-at", "", "node at which an outside host's packet to a balancer's address arrives")
	f.StringVar(&q.Host, "host", "", "host of an HTTP request, for balancers that route by it (default: the name dialled)")
	f.StringVar(&q.Path, "path", "", "path of an HTTP request, for balancers that route by it")
	f.StringVar(&mode, "proxy-mode", "", "mode of kube-proxy: iptables or nftables (default: the world's)")
	f.StringVar(&batchFile, "batch", "", batchFlagHelp)
	f.StringVarP(&output, "output", "o", "text", "form: text or json")
	return cmd
}

// startWorld is a settled cluster that holds the world of that name, with
// another proxy mode if one is given.
func startWorld(ctx context.Context, sys *system, name, mode string) (*simulator.Cluster, error) {
	w, err := worldOrSandbox(ctx, sys, name)
	if err != nil {
		return nil, err
	}
	switch m := world.ProxyMode(mode); m {
	case "":
	case world.IPTables, world.NFTables:
		w.Spec.ProxyMode = m
	default:
		return nil, fmt.Errorf("--proxy-mode %s: give %s or %s", mode, world.IPTables, world.NFTables)
	}
	c, err := simulator.New(simulator.Options{World: w, Start: sys.now()})
	if err != nil {
		return nil, fmt.Errorf("start world %s: %w", name, err)
	}
	c.Settle()
	return c, nil
}

// probeQuestion is a packet as a call or a batch line describes it.
type probeQuestion struct {
	Client    string `json:"client"`
	To        string `json:"to"`
	Proto     string `json:"proto"`
	ArrivesAt string `json:"arrivesAt"`
	Host      string `json:"host"`
	Path      string `json:"path"`
}

// prober answers questions about one cluster.
type prober struct {
	net   *dataplane.Network
	calls *probe.Prober
}

func (p prober) line(line []byte) (any, error) {
	var q probeQuestion
	if err := json.Unmarshal(line, &q); err != nil {
		return nil, fmt.Errorf("read question: %w", err)
	}
	return p.probe(q)
}

func (p prober) probe(q probeQuestion) (dataplane.Trace, error) {
	from, err := dataplane.ParseClient(q.Client, "")
	if err != nil {
		return dataplane.Trace{}, err
	}
	proto, err := dataplane.ParseProtocol(q.Proto)
	if err != nil {
		return dataplane.Trace{}, err
	}
	if q.ArrivesAt != "" && p.net.State().Node(q.ArrivesAt) == nil {
		return dataplane.Trace{}, fmt.Errorf("there is no node %q for the packet to arrive at", q.ArrivesAt)
	}
	packet := dataplane.Packet{From: from, Proto: proto, ArrivesAt: q.ArrivesAt, Host: q.Host, Path: q.Path}
	host, port, err := probe.ParseTarget(q.To)
	if err != nil {
		return dataplane.Trace{}, err
	}
	trace := p.calls.Call(packet, host, port)
	return trace, trace.Err
}

// printTrace prints a packet's way: the hops, then who may answer.
func printTrace(out io.Writer, q probeQuestion, t dataplane.Trace) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s -> %s %s\n\n", t.Packet.From, q.To, strings.ToLower(string(t.Packet.Proto)))
	for _, h := range t.Hops {
		fmt.Fprintf(w, "  %s\t%s\n", h.Kind, h.Why)
	}
	fmt.Fprintf(w, "\n%s\n", t.Outcome)
	if len(t.Backends)+len(t.Failing) > 0 {
		fmt.Fprint(w, "\n  BACKEND\tNODE\tSOURCE SEEN\tOUTCOME\n")
	}
	for _, b := range append(append([]dataplane.Backend(nil), t.Backends...), t.Failing...) {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%s\n", b, dash(b.Node), seen(b), b.Outcome)
	}
	return w.Flush()
}

// seen is the source address that a backend sees, if connections reach it.
func seen(b dataplane.Backend) string {
	if b.Outcome != dataplane.OK || !b.Source.IsValid() {
		return "-"
	}
	return b.Source.String()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
