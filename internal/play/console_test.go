package play_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kubetutor/tutor/internal/play"
	"github.com/kubetutor/tutor/lessons"
)

func TestSection(t *testing.T) {
	p, _ := player(t)
	s := &lessons.Section{ID: "test", World: "lesson", Body: "```yaml file=web.yaml\n" +
		"apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: production}\nspec: {selector: {app: pricing-engine}, ports: [{port: 80, targetPort: 8080}]}\n" +
		"```\n```console\n$ kubectl apply -f web.yaml\n$ kubectl get svc web -n production -o name\n```\n" +
		"```console pod:client\n$ curl -s http://web/prices\n$ curl -s http://wab\n```\n"}
	played, err := p.Section(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	if len(played) != 2 || len(played[8]) != 2 || len(played[12]) != 2 {
		t.Fatalf("played %+v", played)
	}
	for i, want := range []string{"service/web created\n", "service/web\n"} {
		if got := played[8][i]; got.Output != want || got.Exit != 0 {
			t.Errorf("%s: %q, exit %d", got.Command, got.Output, got.Exit)
		}
	}
	if got := played[12][0]; !strings.Contains(got.Output, "path=/prices") || got.Client != "pod:client" {
		t.Errorf("%+v", got)
	}
	if got := played[12][1]; got.Exit != 6 {
		t.Errorf("a name that does not exist: %+v", got)
	}
}

// TestAgesAgree: an event is no older than the Service that it is about, though
// kubectl counts its age by the clock of the machine, and blocks follow.
func TestAgesAgree(t *testing.T) {
	_, pack := player(t)
	p := play.New(pack, time.Now)
	s := &lessons.Section{ID: "test", World: "eks", Body: "```yaml file=lb.yaml\n" +
		"apiVersion: v1\nkind: Service\nmetadata: {name: lb, namespace: production}\n" +
		"spec: {type: LoadBalancer, selector: {app: order-api}, ports: [{port: 80, targetPort: 3000}]}\n" +
		"```\n```console\n$ kubectl apply -f lb.yaml\n```\n" +
		"```console\n$ kubectl get svc lb -n production\n$ kubectl describe svc lb -n production\n```\n" +
		strings.Repeat("```console\n$ kubectl get svc lb -n production\n```\n", 5)}
	played, err := p.Section(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	service, event := lastAge(t, played[11][0].Output), lastAge(t, strings.TrimSuffix(strings.TrimSpace(played[11][1].Output), "Successfully reconciled"))
	if event > service+4*time.Minute {
		t.Errorf("an event of %v is about a Service of %v", event, service)
	}
}

// What happened while a world came to rest has happened before a section
// begins: the first block may describe it.
func TestEventsOfAWorldAreOfThePast(t *testing.T) {
	_, pack := player(t)
	lab := pack.Lab("internal-balancer")
	s := &lessons.Section{ID: "test", World: lab.World, Overlays: lab.Overlays(), Body: "```console\n$ kubectl describe svc order-api-lb -n production\n```\n"}
	played, err := play.New(pack, time.Now).Section(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	if out := played[2][0].Output; !strings.Contains(out, "Successfully reconciled") || strings.Contains(out, "<invalid>") {
		t.Error(out)
	}
}

// lastAge is the last age in what kubectl printed.
func lastAge(t *testing.T, printed string) time.Duration {
	t.Helper()
	ages := regexp.MustCompile(`\b(?:\d+m)?(?:\d+s)?\b`).FindAllString(printed, -1)
	for _, a := range slices.Backward(ages) {
		if d, err := time.ParseDuration(a); err == nil {
			return d
		}
	}
	t.Fatalf("no age in %s", printed)
	return 0
}

// A name that the cluster makes up is never typed by an author.
func TestKubectlsOutputInACommand(t *testing.T) {
	p, _ := player(t)
	s := &lessons.Section{ID: "test", World: "eks", Body: "```yaml file=lb.yaml\n" +
		"apiVersion: v1\nkind: Service\nmetadata:\n  name: lb\n  namespace: production\n  annotations: {service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing}\n" +
		"spec: {type: LoadBalancer, selector: {app: order-api}, ports: [{port: 80, targetPort: 3000}]}\n" +
		"```\n```console\n$ kubectl apply -f lb.yaml\n```\n" +
		"```console external:office\n$ curl -s http://$(kubectl get svc lb -n production -o jsonpath='{.status.loadBalancer.ingress[0].hostname}')/orders\n$ curl -s http://$(kubectl get svc none)/\n```\n"}
	played, err := p.Section(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	if got := played[14][0]; !strings.Contains(got.Output, "path=/orders") || !strings.Contains(got.Command, "$(kubectl") {
		t.Errorf("%+v", got)
	}
	if got := played[14][1]; got.Exit == 0 {
		t.Errorf("%+v", got)
	}
}

func TestSectionThatCannotRun(t *testing.T) {
	p, _ := player(t)
	for body, want := range map[string]string{
		"```console\n$ rm -rf /\n```\n":      "kubectl alone runs",
		"```console pod:nobody\n$ ls\n```\n": "nobody",
		"```console somewhere\n$ ls\n```\n":  "somewhere",
	} {
		_, err := p.Section(context.Background(), &lessons.Section{ID: "test", World: "lesson", Body: body})
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: error %v, want %q", body, err, want)
		}
	}
	if _, err := p.Section(context.Background(), &lessons.Section{ID: "test", World: "nowhere", Body: "```console\n$ kubectl version\n```\n"}); err == nil || !strings.Contains(err.Error(), `no world "nowhere"`) {
		t.Errorf("error %v", err)
	}
}

// TestLessonSections: every section of the lesson can be played.
func TestLessonSections(t *testing.T) {
	p, pack := player(t)
	for _, s := range pack.Sections {
		t.Run(s.ID, func(t *testing.T) {
			played, err := p.Section(context.Background(), s)
			if err != nil {
				t.Fatal(err)
			}
			for _, b := range s.Blocks() {
				for _, step := range played[b.Line] {
					t.Logf("%s $ %s   (exit %d)\n%s", step.Client, step.Command, step.Exit, step.Output)
				}
			}
		})
	}
}

func TestFill(t *testing.T) {
	p, _ := player(t)
	s := &lessons.Section{ID: "test", World: "lesson", Body: "Look.\n\n```console\n$ kubectl get ns production -o name\nsomething old\n$ kubectl get ns nowhere\n```\n\nThen.\n```yaml\na: b\n```\n"}
	got, err := p.Fill(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	want := "Look.\n\n```console\n$ kubectl get ns production -o name\nnamespace/production\n$ kubectl get ns nowhere\nError from server (NotFound): namespaces \"nowhere\" not found\n```\n\nThen.\n```yaml\na: b\n```\n"
	if got.Body != want {
		t.Errorf("filled:\n%s\nwant:\n%s", got.Body, want)
	}
}
