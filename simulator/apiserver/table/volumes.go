package table

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

var persistentVolumeClaims = kind{
	columns: []metav1.TableColumnDefinition{
		nameColumn, text("Status"), text("Volume"), text("Capacity"), text("Access Modes"), text("StorageClass"),
		text("VolumeAttributesClass"), ageColumn, wide(text("VolumeMode")),
	},
	cells: func(obj runtime.Object, now time.Time) []any {
		c := obj.(*corev1.PersistentVolumeClaim)
		phase := string(c.Status.Phase)
		if c.DeletionTimestamp != nil {
			phase = "Terminating"
		}
		modes, capacity := "", ""
		if c.Spec.VolumeName != "" {
			modes = accessModes(c.Status.AccessModes)
			size := c.Status.Capacity[corev1.ResourceStorage]
			capacity = size.String()
		}
		return []any{
			c.Name, phase, c.Spec.VolumeName, capacity, modes, value(c.Spec.StorageClassName),
			orUnset(value(c.Spec.VolumeAttributesClassName)), ageOf(c, now), orUnset(string(value(c.Spec.VolumeMode))),
		}
	},
}

var persistentVolumes = kind{
	columns: []metav1.TableColumnDefinition{
		nameColumn, text("Capacity"), text("Access Modes"), text("Reclaim Policy"), text("Status"), text("Claim"),
		text("StorageClass"), text("VolumeAttributesClass"), text("Reason"), ageColumn, wide(text("VolumeMode")),
	},
	cells: func(obj runtime.Object, now time.Time) []any {
		v := obj.(*corev1.PersistentVolume)
		claim := ""
		if c := v.Spec.ClaimRef; c != nil {
			claim = c.Namespace + "/" + c.Name
		}
		phase := string(v.Status.Phase)
		if v.DeletionTimestamp != nil {
			phase = "Terminating"
		}
		size := v.Spec.Capacity[corev1.ResourceStorage]
		return []any{
			v.Name, size.String(), accessModes(v.Spec.AccessModes), string(v.Spec.PersistentVolumeReclaimPolicy), phase, claim,
			v.Spec.StorageClassName, orUnset(value(v.Spec.VolumeAttributesClassName)), v.Status.Reason, ageOf(v, now),
			orUnset(string(value(v.Spec.VolumeMode))),
		}
	},
}

func orUnset(s string) string {
	if s == "" {
		return "<unset>"
	}
	return s
}

// accessModes are abbreviated as kubectl shows them.
func accessModes(modes []corev1.PersistentVolumeAccessMode) string {
	var out []string
	for _, m := range []struct {
		mode  corev1.PersistentVolumeAccessMode
		short string
	}{
		{corev1.ReadWriteOnce, "RWO"}, {corev1.ReadOnlyMany, "ROX"}, {corev1.ReadWriteMany, "RWX"}, {corev1.ReadWriteOncePod, "RWOP"},
	} {
		for _, have := range modes {
			if have == m.mode {
				out = append(out, m.short)
				break
			}
		}
	}
	return strings.Join(out, ",")
}
