package quiz_test

import (
	"strings"
	"testing"

	"github.com/kubetutor/tutor/quiz"
)

func short(field string, accept ...string) *quiz.Question {
	return &quiz.Question{ID: "q", Kind: quiz.Short, Field: field, Accept: accept}
}

var (
	clusterIP = short("type", "ClusterIP")
	policy    = short("", "externalTrafficPolicy: Local")
	headless  = short("", "clusterIP: None", "headless", "headless Service")
	portRange = short("", "30000-32767")
	seconds   = short("timeoutSeconds", "1800", "1800 seconds", "30 minutes")
	scheme    = short("", "service.beta.kubernetes.io/aws-load-balancer-scheme")
)

func TestTypedAnswers(t *testing.T) {
	for _, tt := range []struct {
		question *quiz.Question
		given    string
		want     quiz.Verdict
	}{
		{clusterIP, "ClusterIP", quiz.Right},
		{clusterIP, "clusterip", quiz.Right},
		{clusterIP, "CLUSTERIP", quiz.Right},
		{clusterIP, "  ClusterIP . ", quiz.Right},
		{clusterIP, "`ClusterIP`", quiz.Right},
		{clusterIP, "“ClusterIP”", quiz.Right},
		{clusterIP, "'ClusterIP'", quiz.Right},
		{clusterIP, "type: ClusterIP", quiz.Right},
		{clusterIP, "type=ClusterIP", quiz.Right},
		{clusterIP, "spec.type: ClusterIP", quiz.Right},
		{clusterIP, ".spec.type = \"ClusterIP\"", quiz.Right},
		{clusterIP, "spec: {type: ClusterIP}", quiz.Right},
		{clusterIP, "Type ClusterIP", quiz.Right},
		{clusterIP, "a ClusterIP Service", quiz.Right},
		{clusterIP, "ClusterIPs", quiz.Right},
		{clusterIP, "Cluster IP", quiz.Right},
		{clusterIP, "cluster-ip", quiz.Right},
		{clusterIP, "cluster_ip", quiz.Right},
		{clusterIP, "Clusterip", quiz.Near},
		{clusterIP, "ClusterPI", quiz.Near},
		{clusterIP, "CluserIP", quiz.Near},
		{clusterIP, "NodePort", quiz.Wrong},
		{clusterIP, "not ClusterIP", quiz.Wrong},
		{clusterIP, "no clusterip", quiz.Wrong},
		{clusterIP, "ClusterIP or NodePort", quiz.Wrong},
		{clusterIP, "externalIP", quiz.Wrong},
		{clusterIP, "Cluster", quiz.Wrong},
		{clusterIP, "type", quiz.Wrong},
		{clusterIP, "", quiz.Wrong},
		{clusterIP, "?!", quiz.Wrong},
		{clusterIP, strings.Repeat("ClusterIP", 1000), quiz.Wrong},

		{short("type", "NodePort"), "Nodeport", quiz.Near},
		{short("type", "NodePort"), "nodeport", quiz.Right},
		{short("type", "NodePort"), "NodePorts", quiz.Right},
		{short("type", "NodePort"), "hostPort", quiz.Wrong},
		{short("type", "ExternalName"), "ExternalNam", quiz.Near},
		{short("type", "ExternalName"), "external name", quiz.Right},
		{short("type", "ExternalName"), "CNAME", quiz.Wrong},

		{policy, "externalTrafficPolicy: Local", quiz.Right},
		{policy, "externalTrafficPolicy=Local", quiz.Right},
		{policy, "externalTrafficPolicy Local", quiz.Right},
		{policy, "spec.externalTrafficPolicy: \"Local\"", quiz.Right},
		{policy, "set externalTrafficPolicy to Local", quiz.Right},
		{policy, "externalTrafficPolicy -> Local", quiz.Right},
		{policy, "externalTrafficPolicy → Local.", quiz.Right},
		{policy, "Local (externalTrafficPolicy)", quiz.Right},
		{policy, "Local for externalTrafficPolicy", quiz.Right},
		{policy, "externaltrafficpolicy: local", quiz.Right},
		{policy, "external traffic policy: local", quiz.Right},
		{policy, "external-traffic-policy local", quiz.Right},
		{policy, "externalTrafficPolicy: local", quiz.Right},
		{policy, "externalTraficPolicy: Local", quiz.Near},
		{policy, "externalTrafficPolcy=Local", quiz.Near},
		{policy, "ExternalTrafficPolicy: Local", quiz.Near},
		{policy, "externalTrafficPolicy", quiz.Near},
		{policy, "Local", quiz.Near},
		{policy, "internalTrafficPolicy: Local", quiz.Wrong},
		{policy, "internalTraficPolicy: Local", quiz.Wrong},
		{policy, "externalTrafficPolicy: Cluster", quiz.Wrong},
		{policy, "sessionAffinity: ClientIP", quiz.Wrong},

		{headless, "clusterIP: None", quiz.Right},
		{headless, "clusterIP=none", quiz.Right},
		{headless, "spec.clusterIP: None", quiz.Right},
		{headless, "Headless", quiz.Right},
		{headless, "a headless service", quiz.Right},
		{headless, "headles", quiz.Near},
		{headless, "None", quiz.Near},
		{headless, "ClusterIP", quiz.Near}, // the field (or so it reads) without its value

		{portRange, "30000-32767", quiz.Right},
		{portRange, "30000 – 32767", quiz.Right},
		{portRange, "30000 to 32767", quiz.Right},
		{portRange, "30,000-32,767", quiz.Right},
		{portRange, "from 30000 up to 32767", quiz.Right},
		{portRange, "between 30000 and 32767", quiz.Right},
		{portRange, "30000..32767", quiz.Right},
		{portRange, "3000032767", quiz.Wrong},
		{portRange, "30000-32768", quiz.Wrong},
		{portRange, "32767-30000", quiz.Wrong},

		{seconds, "1800", quiz.Right},
		{seconds, "1800s", quiz.Right},
		{seconds, "1,800 seconds", quiz.Right},
		{seconds, "timeoutSeconds: 1800", quiz.Right},
		{seconds, "spec.sessionAffinityConfig.clientIP.timeoutSeconds: 1800", quiz.Right},
		{seconds, "30 minutes", quiz.Right},
		{seconds, "1801", quiz.Wrong},
		{seconds, "180", quiz.Wrong},

		{scheme, "service.beta.kubernetes.io/aws-load-balancer-scheme", quiz.Right},
		{scheme, "aws-load-balancer-scheme", quiz.Right},
		{scheme, "`service.beta.kubernetes.io/aws-load-balancer-scheme`", quiz.Right},
		{scheme, "aws-load-balancer-shceme", quiz.Near},
		{scheme, "aws-load-balancer-type", quiz.Wrong},

		{short("", "targetPort"), "spec.ports[0].targetPort", quiz.Right},
		{short("", "targetPort"), "spec.ports[].targetPort", quiz.Right},
		{short("", "targetPort"), "target port", quiz.Right},
		{short("", "targetPort"), "tagetPort", quiz.Near},
		{short("", "targetPort"), "port", quiz.Wrong},
		{short("", "targetPort"), "targetPort: 9090", quiz.Right}, // the field was asked for
		{short("", "targetPort"), "spec.ports[0].targetPort: http", quiz.Right},
		{short("", "targetPort"), "TargetPort: 9090", quiz.Near},
		{short("", "targetPort"), "port: 9090", quiz.Wrong},
		{short("", "serviceName"), "serviceName: postgres", quiz.Right},
		{short("type", "ExternalName"), "externalName: api.stripe.com", quiz.Wrong},
		{short("", "X-Forwarded-For"), "X-forwarded-for", quiz.Right}, // no field: headers have no capitals
		{short("", "type"), "spec.type", quiz.Right},
		{short("", "type"), "the type", quiz.Right},
		{short("", "https"), "http", quiz.Wrong},
		{short("", "80 80"), "8080", quiz.Wrong},
		{short("", "Local"), "Loca", quiz.Near},
		{short("", "NLB"), "NLC", quiz.Wrong},
		{short("", "CNAME"), "Cname record", quiz.Right},
		{short("", "NetworkPolicy"), "a network policy", quiz.Right},
		{short("", "api.stripe.com"), "api.stripe.com.", quiz.Right},
		{short("", "api.stripe.com"), "com", quiz.Wrong},
	} {
		got := tt.question.Mark(quiz.Answer{Text: tt.given})
		if got.Verdict != tt.want {
			t.Errorf("%s: %.40q is %v, want %v", tt.question.Accept[0], tt.given, got.Verdict, tt.want)
		}
		if got.Verdict == quiz.Near && got.Note == "" {
			t.Errorf("%s: %q is near, and nothing says why", tt.question.Accept[0], tt.given)
		}
	}
}

func TestNotes(t *testing.T) {
	for _, tt := range []struct {
		question    *quiz.Question
		given, note string
	}{
		{clusterIP, "ClusterIP", ""},
		{clusterIP, "Cluster IP", ""},
		{clusterIP, "clusterip", "In a manifest it is spelled `ClusterIP`"},
		{clusterIP, "Clusterip", "any others are refused"},
		{clusterIP, "CluserIP", "spelled `ClusterIP`"},
		{policy, "Local", "which field"},
		{policy, "externalTrafficPolicy", "its value"},
		{policy, "Local externalTrafficPolicy", ""},
		{policy, "externalTrafficPolicy: local", "capitals count"},
		{headless, "HEADLESS", ""},
		{short("", "CNAME"), "cname", ""},
	} {
		if got := tt.question.Mark(quiz.Answer{Text: tt.given}).Note; !strings.Contains(got, tt.note) || (tt.note == "") != (got == "") {
			t.Errorf("%q: note %q, want one with %q", tt.given, got, tt.note)
		}
	}
}

func TestKnownMistakesGetTheirWords(t *testing.T) {
	q := short("type", "ClusterIP")
	q.Mistakes = []quiz.Mistake{
		{Answers: []string{"NodePort", "LoadBalancer"}, Say: "Reachable from outside."},
		{Answers: []string{"ClusterAP"}, Say: "No such type."},
	}
	for given, want := range map[string]string{
		"node port":          "Reachable from outside.",
		"type: loadbalancer": "Reachable from outside.",
		"clusterap":          "No such type.",
	} {
		r := q.Mark(quiz.Answer{Text: given})
		if r.Verdict != quiz.Wrong || len(r.Feedback) != 1 || r.Feedback[0].Text != want {
			t.Errorf("%q: %+v", given, r)
		}
	}
}

func options(kind quiz.Kind, right ...bool) *quiz.Question {
	q := &quiz.Question{ID: "q", Kind: kind}
	for i, r := range right {
		name := string(rune('A' + i))
		q.Options = append(q.Options, quiz.Option{Text: name, Right: r, Feedback: "about " + name})
	}
	return q
}

func TestOptions(t *testing.T) {
	choice := options(quiz.Choice, false, true, false)
	choices := options(quiz.Choices, true, false, true)
	for _, tt := range []struct {
		q        *quiz.Question
		picks    []int
		want     quiz.Verdict
		feedback string
	}{
		{choice, []int{1}, quiz.Right, "about B"},
		{choice, []int{0}, quiz.Wrong, "about A"},
		{choice, nil, quiz.Wrong, ""},
		{choice, []int{0, 1}, quiz.Wrong, "about A, about B"},
		{choice, []int{7}, quiz.Wrong, ""},
		{choices, []int{0, 2}, quiz.Right, "about A, about C"},
		{choices, []int{2, 0}, quiz.Right, "about A, about C"},
		{choices, []int{0}, quiz.Wrong, "about A, about C"},
		{choices, []int{0, 1, 2}, quiz.Wrong, "about A, about B, about C"},
		{choices, nil, quiz.Wrong, "about A, about C"},
	} {
		r := tt.q.Mark(quiz.Answer{Picks: tt.picks})
		var feedback []string
		for _, f := range r.Feedback {
			feedback = append(feedback, f.Text)
		}
		if got := strings.Join(feedback, ", "); r.Verdict != tt.want || got != tt.feedback {
			t.Errorf("%s %v: %v, %q; want %v, %q", tt.q.Kind, tt.picks, r.Verdict, got, tt.want, tt.feedback)
		}
	}
	if got := choices.RightAnswer(); got != "A\nC" {
		t.Errorf("right answer %q", got)
	}
}

func TestOrder(t *testing.T) {
	q := &quiz.Question{ID: "q", Kind: quiz.Order, Items: []string{"first", "second", "third"}}
	if r := q.Mark(quiz.Answer{Picks: []int{0, 1, 2}}); r.Verdict != quiz.Right {
		t.Errorf("right order: %+v", r)
	}
	for _, picks := range [][]int{{0, 2, 1}, {0}, nil, {-1, 9, 4}} {
		if r := q.Mark(quiz.Answer{Picks: picks}); r.Verdict != quiz.Wrong || len(r.Feedback) != 1 {
			t.Errorf("%v: %+v", picks, r)
		}
	}
}

func TestMatch(t *testing.T) {
	q := &quiz.Question{ID: "q", Kind: quiz.Match, Extra: []string{"nobody"}, Pairs: []quiz.Pair{
		{Left: "database", Right: "ClusterIP"},
		{Left: "cache", Right: "ClusterIP", Feedback: "Pods alone call it."},
		{Left: "alias", Right: "ExternalName"},
	}}
	if got := strings.Join(q.RightSides(), " "); got != "ClusterIP ExternalName nobody" {
		t.Fatalf("right sides %q", got)
	}
	if r := q.Mark(quiz.Answer{Picks: []int{0, 0, 1}}); r.Verdict != quiz.Right {
		t.Errorf("right pairs: %+v", r)
	}
	r := q.Mark(quiz.Answer{Picks: []int{0, 1}})
	if r.Verdict != quiz.Wrong || len(r.Feedback) != 2 || r.Feedback[0].About != "cache" ||
		r.Feedback[0].Text != "ClusterIP. Pods alone call it." {
		t.Errorf("one wrong, one missing: %+v", r)
	}
	if r := q.Mark(quiz.Answer{Picks: []int{-1, 99, 1}}); r.Verdict != quiz.Wrong {
		t.Errorf("picks out of range: %+v", r)
	}
}

// FuzzMark: whatever is typed is marked without a crash, and in the same way
// with blanks and a full stop around it.
func FuzzMark(f *testing.F) {
	for _, s := range []string{"ClusterIP", "type: clusterip", "externalTraficPolicy=Local", "30000–32767", "\x00[", "spec.", "..", "--", "a,b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, q := range []*quiz.Question{clusterIP, policy, portRange} {
			got := q.Mark(quiz.Answer{Text: s}).Verdict
			if again := q.Mark(quiz.Answer{Text: "  " + s + " "}).Verdict; again != got {
				t.Errorf("%q is %v, with blanks around it %v", s, got, again)
			}
		}
	})
}
