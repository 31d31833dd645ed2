package registry

import (
	"fmt"
	"maps"
	"reflect"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// validateVolumes checks volumes and says which names there are.
func validateVolumes(volumes []corev1.Volume, p *field.Path) (map[string]bool, field.ErrorList) {
	names := make(map[string]bool)
	var errs field.ErrorList
	for i := range volumes {
		v, at := &volumes[i], p.Index(i)
		errs = append(errs, validateVolumeSource(&v.VolumeSource, at)...)
		name := at.Child("name")
		switch {
		case v.Name == "":
			errs = append(errs, field.Required(name, ""))
		default:
			errs = append(errs, invalidAll(name, v.Name, utilvalidation.IsDNS1123Label(v.Name))...)
			if names[v.Name] {
				errs = append(errs, field.Duplicate(name, v.Name))
			}
		}
		names[v.Name] = true
	}
	return names, errs
}

// validateVolumeSource: one source, and the names of the objects it needs.
func validateVolumeSource(v *corev1.VolumeSource, p *field.Path) field.ErrorList {
	sources := 0
	for i := range reflect.ValueOf(*v).NumField() {
		if !reflect.ValueOf(*v).Field(i).IsNil() {
			sources++
		}
	}
	var errs field.ErrorList
	switch {
	case sources == 0:
		return field.ErrorList{field.Required(p, "must specify a volume type")}
	case sources > 1:
		errs = append(errs, field.Forbidden(p, "may not specify more than 1 volume type"))
	}
	required := func(value string, path ...string) {
		if value == "" {
			errs = append(errs, field.Required(p.Child(path[0], path[1:]...), ""))
		}
	}
	if v.ConfigMap != nil {
		required(v.ConfigMap.Name, "configMap", "name")
	}
	if v.Secret != nil {
		required(v.Secret.SecretName, "secret", "secretName")
	}
	if v.PersistentVolumeClaim != nil {
		required(v.PersistentVolumeClaim.ClaimName, "persistentVolumeClaim", "claimName")
	}
	if v.HostPath != nil {
		required(v.HostPath.Path, "hostPath", "path")
	}
	return errs
}

func validateContainers(list []corev1.Container, volumes map[string]bool, p *field.Path) field.ErrorList {
	if len(list) == 0 {
		return field.ErrorList{field.Required(p, "")}
	}
	var errs field.ErrorList
	names := make(map[string]bool)
	for i := range list {
		c, at := &list[i], p.Index(i)
		errs = append(errs, validateContainer(c, volumes, at)...)
		if names[c.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), c.Name))
		}
		names[c.Name] = true
		errs = append(errs, validateLifecycle(c.Lifecycle, at.Child("lifecycle"))...)
		errs = append(errs, validateProbes(c, at)...)
	}
	return append(errs, validateHostPortConflicts(list, p)...)
}

// validateInitContainers: probes are for sidecars alone.
func validateInitContainers(s *corev1.PodSpec, volumes map[string]bool, p *field.Path) field.ErrorList {
	names := make(map[string]bool)
	for _, c := range s.Containers {
		names[c.Name] = true
	}
	var errs field.ErrorList
	for i := range s.InitContainers {
		c, at := &s.InitContainers[i], p.Index(i)
		errs = append(errs, validateContainer(c, volumes, at)...)
		if names[c.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), c.Name))
		}
		names[c.Name] = true
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			errs = append(errs, validateLifecycle(c.Lifecycle, at.Child("lifecycle"))...)
			errs = append(errs, validateProbes(c, at)...)
			continue
		}
		for _, f := range []struct {
			name string
			set  bool
		}{
			{"lifecycle", c.Lifecycle != nil}, {"livenessProbe", c.LivenessProbe != nil},
			{"readinessProbe", c.ReadinessProbe != nil}, {"startupProbe", c.StartupProbe != nil},
		} {
			if f.set {
				errs = append(errs, field.Forbidden(at.Child(f.name), "may not be set for init containers without restartPolicy=Always"))
			}
		}
	}
	return append(errs, validateHostPortConflicts(s.InitContainers, p)...)
}

// validateContainer is what holds for containers of every sort.
func validateContainer(c *corev1.Container, volumes map[string]bool, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	if c.Name == "" {
		errs = append(errs, field.Required(p.Child("name"), ""))
	} else {
		errs = append(errs, invalidAll(p.Child("name"), c.Name, utilvalidation.IsDNS1123Label(c.Name))...)
	}
	if c.Image == "" {
		errs = append(errs, field.Required(p.Child("image"), ""))
	}
	errs = append(errs, validateEnum(p.Child("terminationMessagePolicy"), c.TerminationMessagePolicy,
		corev1.TerminationMessageFallbackToLogsOnError, corev1.TerminationMessageReadFile)...)
	errs = append(errs, validateContainerPorts(c.Ports, p.Child("ports"))...)
	errs = append(errs, validateEnv(c.Env, p.Child("env"))...)
	errs = append(errs, validateEnvFrom(c.EnvFrom, p.Child("envFrom"))...)
	errs = append(errs, validateMounts(c.VolumeMounts, volumes, p.Child("volumeMounts"))...)
	errs = append(errs, validateEnum(p.Child("imagePullPolicy"), c.ImagePullPolicy, corev1.PullAlways, corev1.PullIfNotPresent, corev1.PullNever)...)
	return append(errs, validateResources(&c.Resources, p.Child("resources"))...)
}

func validateContainerPorts(ports []corev1.ContainerPort, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	names := make(map[string]bool)
	for i, port := range ports {
		at := p.Index(i)
		if port.Name != "" {
			if wrong := utilvalidation.IsValidPortName(port.Name); len(wrong) > 0 {
				errs = append(errs, invalidAll(at.Child("name"), port.Name, wrong)...)
			} else if names[port.Name] {
				errs = append(errs, field.Duplicate(at.Child("name"), port.Name))
			}
			names[port.Name] = true
		}
		if port.ContainerPort == 0 {
			errs = append(errs, field.Required(at.Child("containerPort"), ""))
		} else {
			errs = append(errs, invalidAll(at.Child("containerPort"), port.ContainerPort, utilvalidation.IsValidPortNum(int(port.ContainerPort)))...)
		}
		if port.HostPort != 0 {
			errs = append(errs, invalidAll(at.Child("hostPort"), port.HostPort, utilvalidation.IsValidPortNum(int(port.HostPort)))...)
		}
		errs = append(errs, validateEnum(at.Child("protocol"), port.Protocol, corev1.ProtocolSCTP, corev1.ProtocolTCP, corev1.ProtocolUDP)...)
	}
	return errs
}

func validateHostPortConflicts(list []corev1.Container, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	taken := make(map[string]bool)
	for i, c := range list {
		for j, port := range c.Ports {
			if port.HostPort == 0 {
				continue
			}
			key := fmt.Sprintf("%s/%s/%d", port.Protocol, port.HostIP, port.HostPort)
			if taken[key] {
				errs = append(errs, field.Duplicate(p.Index(i).Child("ports").Index(j).Child("hostPort"), key))
			}
			taken[key] = true
		}
	}
	return errs
}

func validateEnv(vars []corev1.EnvVar, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, v := range vars {
		at := p.Index(i)
		if v.Name == "" {
			errs = append(errs, field.Required(at.Child("name"), ""))
		} else {
			errs = append(errs, invalidAll(at.Child("name"), v.Name, utilvalidation.IsRelaxedEnvVarName(v.Name))...)
		}
		if v.ValueFrom != nil {
			errs = append(errs, validateEnvSource(&v, at.Child("valueFrom"))...)
		}
	}
	return errs
}

func validateEnvSource(v *corev1.EnvVar, p *field.Path) field.ErrorList {
	from := v.ValueFrom
	var errs field.ErrorList
	sources := 0
	key := func(child, name, key string) {
		sources++
		if name == "" {
			errs = append(errs, field.Required(p.Child(child, "name"), ""))
		}
		if key == "" {
			errs = append(errs, field.Required(p.Child(child, "key"), ""))
		} else {
			errs = append(errs, invalidAll(p.Child(child, "key"), key, utilvalidation.IsConfigMapKey(key))...)
		}
	}
	if from.FieldRef != nil {
		sources++
		if from.FieldRef.FieldPath == "" {
			errs = append(errs, field.Required(p.Child("fieldRef", "fieldPath"), ""))
		}
	}
	if from.ResourceFieldRef != nil {
		sources++
	}
	if r := from.ConfigMapKeyRef; r != nil {
		key("configMapKeyRef", r.Name, r.Key)
	}
	if r := from.SecretKeyRef; r != nil {
		key("secretKeyRef", r.Name, r.Key)
	}
	switch {
	case sources == 0:
		errs = append(errs, field.Invalid(p, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"))
	case v.Value != "":
		errs = append(errs, field.Invalid(p, "", "may not be specified when `value` is not empty"))
	case sources > 1:
		errs = append(errs, field.Invalid(p, "", "may not have more than one field specified at a time"))
	}
	return errs
}

func validateEnvFrom(list []corev1.EnvFromSource, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, from := range list {
		at := p.Index(i)
		switch {
		case from.ConfigMapRef == nil && from.SecretRef == nil:
			errs = append(errs, field.Invalid(at, "", "must specify one of: `configMapRef` or `secretRef`"))
		case from.ConfigMapRef != nil && from.SecretRef != nil:
			errs = append(errs, field.Invalid(at, "", "may not have more than one field specified at a time"))
		case from.ConfigMapRef != nil && from.ConfigMapRef.Name == "":
			errs = append(errs, field.Required(at.Child("configMapRef", "name"), ""))
		case from.SecretRef != nil && from.SecretRef.Name == "":
			errs = append(errs, field.Required(at.Child("secretRef", "name"), ""))
		}
	}
	return errs
}

func validateMounts(mounts []corev1.VolumeMount, volumes map[string]bool, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	paths := make(map[string]bool)
	for i, m := range mounts {
		at := p.Index(i)
		if m.Name == "" {
			errs = append(errs, field.Required(at.Child("name"), ""))
		}
		if !volumes[m.Name] {
			errs = append(errs, field.NotFound(at.Child("name"), m.Name))
		}
		if m.MountPath == "" {
			errs = append(errs, field.Required(at.Child("mountPath"), ""))
		}
		if paths[m.MountPath] {
			errs = append(errs, field.Invalid(at.Child("mountPath"), m.MountPath, "must be unique"))
		}
		paths[m.MountPath] = true
	}
	return errs
}

// validateResources: quantities of known names, no request above its limit.
func validateResources(r *corev1.ResourceRequirements, p *field.Path) field.ErrorList {
	var errs field.ErrorList
	check := func(list corev1.ResourceList, at *field.Path) {
		for _, name := range slices.Sorted(maps.Keys(list)) {
			q := list[name]
			errs = append(errs, invalidAll(at, string(name), utilvalidation.IsQualifiedName(string(name)))...)
			if q.Sign() < 0 {
				errs = append(errs, field.Invalid(at.Key(string(name)), q.String(), validation.IsNegativeErrorMsg))
			}
		}
	}
	check(r.Limits, p.Child("limits"))
	check(r.Requests, p.Child("requests"))
	for _, name := range slices.Sorted(maps.Keys(r.Requests)) {
		request := r.Requests[name]
		limit, ok := r.Limits[name]
		if ok && request.Cmp(limit) > 0 {
			errs = append(errs, field.Invalid(p.Child("requests"), request.String(),
				fmt.Sprintf("must be less than or equal to %s limit of %s", name, limit.String())))
		}
	}
	return errs
}
