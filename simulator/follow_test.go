package simulator_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/kubetutor/tutor/simulator/simulatortest"
	"github.com/kubetutor/tutor/simulator/state"
)

// TestFollowsAClock: what is due is done at its time, and the time is right
// whenever somebody asks, though nothing looks at it meanwhile.
func TestFollowsAClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := simulatortest.New(t, simulatortest.Parse(t, `
apiVersion: v1
kind: Node
metadata: {name: a}
spec: {podCIDR: 10.244.1.0/24}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: default}
spec: {containers: [{name: web, image: web}]}
`))
		defer c.Close()
		isReady := func() bool { return state.Ready(c.State().Pod("default", "web")) }
		if isReady() {
			t.Fatal("ready before any time has passed")
		}
		began, wall := c.Now(), time.Now()
		stop := c.Follow(time.Now)
		seen := c.Version()
		<-c.Changed(seen)
		if c.Version() <= seen {
			t.Error("told of a change that was none")
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if !isReady() {
			t.Error("not ready after an hour")
		}
		if p := c.State().Pod("default", "web"); p.Status.StartTime.Sub(began) > time.Minute {
			t.Errorf("started after %v", p.Status.StartTime.Sub(began))
		}
		if passed, want := c.Now().Sub(began), time.Since(wall); passed != want {
			t.Errorf("%v passed in %v", passed, want)
		}
		stop()
		synctest.Wait()
		at := c.Now()
		time.Sleep(time.Hour)
		if !c.Now().Equal(at) {
			t.Error("time goes on after stop")
		}
	})
}
