package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/simulator/dns"
)

func newClusterDigCmd(sys *system) *cobra.Command {
	var worldName, batchFile, output string
	cmd := &cobra.Command{
		Use:   "dig NAME [TYPE]",
		Short: "Ask the simulated cluster's DNS server for a name",
		Long: `Asks the cluster's DNS server for a name as it stands, without a search list;
TYPE is A unless given, and may be any record type or TYPEnnn. What dig,
nslookup and the like show in a pod is in tutor cluster exec.

With --batch, each line is a JSON object with the fields name and type, and is
answered by one line.`,
		Example: `  tutor cluster dig kubernetes.default.svc.cluster.local
  tutor cluster dig _http._tcp.web.production.svc.cluster.local SRV -o json`,
		Args: cobra.MaximumNArgs(2),
		RunE: errorsInJSON(sys, &output, func(cmd *cobra.Command, args []string) error {
			if output != "text" && output != "json" {
				return fmt.Errorf("-o %s: give text or json", output)
			}
			if batchFile == "" && len(args) == 0 {
				return errors.New("give a name, or --batch; see tutor cluster dig --help")
			}
			var q dns.Question
			if batchFile == "" {
				var err error
				if q, err = digQuestion(append(args, "A")[0], append(args, "A")[1]); err != nil {
					return err
				}
			}
			c, err := startWorld(cmd.Context(), sys, worldName, "")
			if err != nil {
				return err
			}
			defer c.Close()
			zone := dns.New(c.State())
			if batchFile != "" {
				return batch(cmd.Context(), sys, batchFile, digLine(zone))
			}
			m := zone.Answer(q)
			if output == "json" {
				return json.NewEncoder(sys.out).Encode(m)
			}
			return printMessage(sys.out, m)
		}),
	}
	worldOrSandboxFlag(cmd, &worldName)
	f := cmd.Flags()
	f.StringVar(&batchFile, "batch", "", batchFlagHelp)
	f.StringVarP(&output, "output", "o", "text", "form: text or json")
	return cmd
}

// digQuestion is a name and a type as they are typed.
func digQuestion(name, typ string) (dns.Question, error) {
	if typ == "" {
		typ = "A"
	}
	t, err := dns.ParseType(typ)
	if err != nil {
		return dns.Question{}, err
	}
	q := dns.Question{Name: name, Type: t}
	return q, q.Check()
}

// digLine answers one line of a batch.
func digLine(zone *dns.Zone) func([]byte) (any, error) {
	return func(line []byte) (any, error) {
		var ask struct{ Name, Type string }
		if err := json.Unmarshal(line, &ask); err != nil {
			return nil, fmt.Errorf("read question: %w", err)
		}
		q, err := digQuestion(ask.Name, ask.Type)
		if err != nil {
			return nil, err
		}
		return zone.Answer(q), nil
	}
}

// printMessage prints an answer with a line on what it means.
func printMessage(out io.Writer, m dns.Message) error {
	fmt.Fprintf(out, "%s: %s\n", m.Rcode, meaning(m))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, s := range []struct {
		title string
		rs    []dns.Record
	}{{"Answer", m.Answer}, {"Authority", m.Authority}, {"Additional", m.Additional}} {
		if len(s.rs) == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", s.title)
		for _, r := range s.rs {
			fmt.Fprintf(w, "  %s\t%d\t%s\t%s\n", r.Name, r.TTL, r.Type, r.Data)
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

// meaning is an answer in a sentence.
func meaning(m dns.Message) string {
	who := "the resolver outside the cluster"
	if !m.RecursionAvailable {
		who = "the cluster's own zone"
	}
	name := m.Question.Name
	switch {
	case m.Rcode == dns.NXDomain:
		return fmt.Sprintf("%s has no name %s.", who, name)
	case m.Rcode == dns.Refused:
		return "the server does not hand out whole zones."
	case m.Rcode != dns.NoError:
		return fmt.Sprintf("%s could not answer for %s.", who, name)
	case m.Empty():
		return fmt.Sprintf("%s exists in %s and has no %s record.", name, who, m.Question.Type)
	}
	return fmt.Sprintf("answered by %s.", who)
}
