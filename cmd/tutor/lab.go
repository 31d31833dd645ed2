package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/kubetutor/tutor/grader"
	"github.com/kubetutor/tutor/internal/progress"
	"github.com/kubetutor/tutor/internal/sandbox"
	"github.com/kubetutor/tutor/lessons"
	"github.com/kubetutor/tutor/simulator"
	"github.com/kubetutor/tutor/simulator/world"
)

func newLabCmd(sys *system) *cobra.Command {
	return tasksCmd(sys, &cobra.Command{
		Use:   "lab",
		Short: "Find out what is broken in a cluster, and repair it",
		Long: `A lab puts a broken cluster into your sandbox and reports symptoms. Find the
cause with kubectl, curl and dig, repair it, and have it checked:

  tutor lab start no-endpoints
  tutor kubectl get svc,endpointslices -n production
  tutor cluster exec --world sandbox --from pod:client -- curl -m 2 cart-svc
  tutor lab check

A manifest can be checked without the sandbox too: tutor check ID FILE.`,
	}, "lab", func(p *lessons.Pack) []*lessons.Head { return p.Labs },
		newLabStartCmd(sys), newLabCheckCmd(sys))
}

func newLabStartCmd(sys *system) *cobra.Command {
	return &cobra.Command{
		Use:   "start ID",
		Short: "Put a lab's cluster into your sandbox, in place of what is there",
		Args:  exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			pack, lab, err := labOf(sys, args[0])
			if err != nil {
				return err
			}
			return startLab(cmd.Context(), sys, pack, lab)
		},
	}
}

func newLabCheckCmd(sys *system) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "check [ID]",
		Short: "Tell whether the cluster in your sandbox is repaired",
		Long: `Check looks at the sandbox as it stands, however you changed it, and tells what
holds and what does not. It ends with 0 if all holds and with 1 if not.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			id := ""
			if len(args) == 1 {
				id = args[0]
			}
			return inJSON(sys, id, output, checkLab(cmd.Context(), sys, id, output))
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "text", "form: text, json or junit")
	return cmd
}

// labOf finds a lab of the pack.
func labOf(sys *system, id string) (*lessons.Pack, *lessons.Scenario, error) {
	pack, err := sys.pack()
	if err != nil {
		return nil, nil, err
	}
	lab := pack.Lab(id)
	if lab == nil {
		return nil, nil, unknown("lab", id, idsOf(pack.Labs), "tutor lab list names them")
	}
	return pack, lab, nil
}

// startLab resets the sandbox to a lab's cluster. The world's name says
// afterwards which lab the sandbox holds.
func startLab(ctx context.Context, sys *system, pack *lessons.Pack, lab *lessons.Scenario) error {
	w, err := labWorld(pack, lab, sys.now())
	if err != nil {
		return err
	}
	err = withSandbox(ctx, sys, func(box *sandbox.Sandbox) error { return box.Reset(ctx, w) })
	if err != nil {
		return err
	}
	_, err = progressStore(sys).Update(ctx, func(p *progress.Progress) error {
		p.Task(lab.ID).Started = sys.now()
		return nil
	})
	if err != nil {
		return err
	}
	if err := showText(ctx, sys, pack, lab.BriefText()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(sys.out, "\nYour sandbox now holds this cluster. When it is repaired: tutor lab check\n")
	return err
}

// labWorld is a lab's cluster at rest: what broke broke a while ago.
func labWorld(pack *lessons.Pack, lab *lessons.Scenario, now time.Time) (*world.World, error) {
	c, err := grader.New(pack).Cluster(lab)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	w := c.Snapshot().Moved(c.Now(), now)
	w.Name = lab.ID
	return w, nil
}

// checkLab grades the sandbox as a lab; "" is the one it holds.
func checkLab(ctx context.Context, sys *system, id, output string) error {
	report, ok := reports[output]
	if !ok {
		return fmt.Errorf("-o %s is not known; text, json and junit are", output)
	}
	var w *world.World
	err := withSandbox(ctx, sys, func(box *sandbox.Sandbox) (err error) {
		w, err = box.Snapshot(ctx)
		return err
	})
	if err != nil {
		return err
	}
	pack, lab, err := labOf(sys, w.Name)
	switch {
	case err != nil && id == "":
		return errors.New("the sandbox holds no lab; begin with tutor lab start ID")
	case id != "" && id != w.Name:
		return fmt.Errorf("the sandbox does not hold the lab %q; begin with tutor lab start %s", id, id)
	case err != nil:
		return err
	}
	v, err := gradeWorld(sys, pack, lab, w)
	if err != nil {
		return err
	}
	if err := record(ctx, sys, lab.ID, v, false); err != nil {
		return err
	}
	if err := report(sys, v); err != nil {
		return err
	}
	if v.Passed && output == "text" {
		fmt.Fprintln(sys.out)
		if err := showText(ctx, sys, pack, lab.DebriefText()); err != nil {
			return err
		}
	}
	return verdictCode(v)
}

// gradeWorld grades a cluster that stands as w says, once it has come to rest.
func gradeWorld(sys *system, pack *lessons.Pack, lab *lessons.Scenario, w *world.World) (*grader.Verdict, error) {
	c, err := simulator.New(simulator.Options{World: w, Start: sys.now()})
	if err != nil {
		return nil, fmt.Errorf("read the sandbox: %w", err)
	}
	defer c.Close()
	c.Settle()
	return grader.New(pack).CheckCluster(lab, c)
}

// record keeps an attempt among what the learner has done.
func record(ctx context.Context, sys *system, id string, v *grader.Verdict, unchanged bool) error {
	a := progress.Attempt{At: sys.now(), Passed: v.Passed, Unchanged: unchanged}
	for _, f := range v.Failures {
		a.Diagnoses = append(a.Diagnoses, f.Diagnosis.ID)
	}
	_, err := progressStore(sys).Update(ctx, func(p *progress.Progress) error {
		p.Task(id).Record(a)
		return nil
	})
	return err
}
