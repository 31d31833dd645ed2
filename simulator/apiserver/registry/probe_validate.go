package registry

import (
	corev1 "k8s.io/api/core/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func validateProbes(c *corev1.Container, p *field.Path) field.ErrorList {
	errs := validateProbe(c.LivenessProbe, p.Child("livenessProbe"))
	errs = append(errs, validateSuccessOnce(c.LivenessProbe, p.Child("livenessProbe"))...)
	errs = append(errs, validateProbe(c.ReadinessProbe, p.Child("readinessProbe"))...)
	errs = append(errs, validateProbe(c.StartupProbe, p.Child("startupProbe"))...)
	return append(errs, validateSuccessOnce(c.StartupProbe, p.Child("startupProbe"))...)
}

// validateSuccessOnce: only readiness may need several successes.
func validateSuccessOnce(probe *corev1.Probe, p *field.Path) field.ErrorList {
	if probe == nil || probe.SuccessThreshold == 1 {
		return nil
	}
	return field.ErrorList{field.Invalid(p.Child("successThreshold"), probe.SuccessThreshold, "must be 1")}
}

func validateProbe(probe *corev1.Probe, p *field.Path) field.ErrorList {
	if probe == nil {
		return nil
	}
	h := probe.ProbeHandler
	errs := validateHandler(handler{h.Exec, h.HTTPGet, h.TCPSocket, h.GRPC, nil}, p)
	errs = append(errs, validateNonnegative(probe.InitialDelaySeconds, p.Child("initialDelaySeconds"))...)
	errs = append(errs, validateNonnegative(probe.TimeoutSeconds, p.Child("timeoutSeconds"))...)
	errs = append(errs, validateNonnegative(probe.PeriodSeconds, p.Child("periodSeconds"))...)
	errs = append(errs, validateNonnegative(probe.SuccessThreshold, p.Child("successThreshold"))...)
	errs = append(errs, validateNonnegative(probe.FailureThreshold, p.Child("failureThreshold"))...)
	if t := probe.TerminationGracePeriodSeconds; t != nil && *t <= 0 {
		errs = append(errs, field.Invalid(p.Child("terminationGracePeriodSeconds"), *t, "must be greater than 0"))
	}
	return errs
}

func validateLifecycle(l *corev1.Lifecycle, p *field.Path) field.ErrorList {
	if l == nil {
		return nil
	}
	var errs field.ErrorList
	if h := l.PostStart; h != nil {
		errs = append(errs, validateHandler(handler{h.Exec, h.HTTPGet, h.TCPSocket, nil, h.Sleep}, p.Child("postStart"))...)
	}
	if h := l.PreStop; h != nil {
		errs = append(errs, validateHandler(handler{h.Exec, h.HTTPGet, h.TCPSocket, nil, h.Sleep}, p.Child("preStop"))...)
	}
	return errs
}

// handler is what a probe or a hook does; exactly one is to be set.
type handler struct {
	exec  *corev1.ExecAction
	http  *corev1.HTTPGetAction
	tcp   *corev1.TCPSocketAction
	grpc  *corev1.GRPCAction
	sleep *corev1.SleepAction
}

func validateHandler(h handler, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	handlers := 0
	one := func(name string, check func(at *field.Path) field.ErrorList) {
		if handlers > 0 {
			errs = append(errs, field.Forbidden(p.Child(name), "may not specify more than 1 handler type"))
			return
		}
		handlers++
		errs = append(errs, check(p.Child(name))...)
	}
	if h.exec != nil {
		one("exec", func(at *field.Path) field.ErrorList {
			if len(h.exec.Command) == 0 {
				return field.ErrorList{field.Required(at.Child("command"), "")}
			}
			return nil
		})
	}
	if h.http != nil {
		one("httpGet", func(at *field.Path) field.ErrorList { return validateHTTPGet(h.http, at) })
	}
	if h.tcp != nil {
		one("tcpSocket", func(at *field.Path) field.ErrorList { return validatePortNumOrName(h.tcp.Port, at.Child("port")) })
	}
	if h.grpc != nil {
		one("grpc", func(at *field.Path) field.ErrorList {
			return invalidAll(at.Child("port"), h.grpc.Port, utilvalidation.IsValidPortNum(int(h.grpc.Port)))
		})
	}
	if h.sleep != nil {
		one("sleep", func(at *field.Path) field.ErrorList { return nil })
	}
	if handlers == 0 {
		errs = append(errs, field.Required(p, "must specify a handler type"))
	}
	return errs
}

func validateHTTPGet(h *corev1.HTTPGetAction, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	if h.Path == "" {
		errs = append(errs, field.Required(p.Child("path"), ""))
	}
	errs = append(errs, validatePortNumOrName(h.Port, p.Child("port"))...)
	errs = append(errs, validateEnum(p.Child("scheme"), h.Scheme, corev1.URISchemeHTTP, corev1.URISchemeHTTPS)...)
	for i, header := range h.HTTPHeaders {
		errs = append(errs, invalidAll(p.Child("httpHeaders").Index(i).Child("name"), header.Name, utilvalidation.IsHTTPHeaderName(header.Name))...)
	}
	return errs
}
