package apiserver

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"

	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/validation/field"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"github.com/kubetutor/tutor/simulator/apiserver/registry"
)

// generic is the strategy of kinds that have none of their own: it completes
// and checks metadata and leaves the rest as it came.
type generic struct {
	mu   sync.Mutex
	rand *rand.Rand
}

func newGeneric(seed uint64) *generic {
	return &generic{rand: rand.New(rand.NewPCG(seed, 0x6b756265))}
}

func (g *generic) Create(req registry.Request, obj runtime.Object) (registry.Outcome, error) {
	m := objectMeta(obj)
	if m.GetName() == "" && m.GetGenerateName() != "" {
		m.SetName(m.GetGenerateName() + g.suffix())
	}
	m.SetUID(g.uid())
	m.SetCreationTimestamp(metav1.NewTime(req.Now.Truncate(1e9)))
	m.SetDeletionTimestamp(nil)
	m.SetDeletionGracePeriodSeconds(nil)
	errs := validation.ValidateObjectMetaAccessor(m, ResourceOf(obj).Namespaced, validation.NameIsDNSSubdomain, field.NewPath("metadata"))
	return registry.Outcome{}, invalid(obj, errs)
}

func (g *generic) Update(_ registry.Request, obj, old runtime.Object) (registry.Outcome, error) {
	errs := validation.ValidateObjectMetaAccessorUpdate(objectMeta(obj), objectMeta(old), field.NewPath("metadata"))
	return registry.Outcome{}, invalid(obj, errs)
}

func (g *generic) Restore(req registry.Request, obj runtime.Object) error {
	m := objectMeta(obj)
	if m.GetUID() == "" {
		m.SetUID(g.uid())
	}
	if t := m.GetCreationTimestamp(); t.IsZero() {
		m.SetCreationTimestamp(metav1.NewTime(req.Now.Truncate(1e9)))
	}
	return nil
}

func (g *generic) Default(runtime.Object) {}

func (g *generic) Release(runtime.Object) {}

func invalid(obj runtime.Object, errs field.ErrorList) error {
	if len(errs) == 0 {
		return nil
	}
	return apierrors.NewInvalid(ResourceOf(obj).GroupVersionKind().GroupKind(), objectMeta(obj).GetName(), errs)
}

// uid is a random (version 4) UUID.
func (g *generic) uid() types.UID {
	g.mu.Lock()
	defer g.mu.Unlock()
	var b [16]byte
	binary.LittleEndian.PutUint64(b[:8], g.rand.Uint64())
	binary.LittleEndian.PutUint64(b[8:], g.rand.Uint64())
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return types.UID(fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]))
}

// suffix is what generateName is completed with: five letters and digits that
// make no word and are not mistaken for each other, as in Kubernetes.
func (g *generic) suffix() string {
	const letters = "bcdfghjklmnpqrstvwxz2456789"
	g.mu.Lock()
	defer g.mu.Unlock()
	var b [5]byte
	for i := range b {
		b[i] = letters[g.rand.IntN(len(letters))]
	}
	return string(b[:])
}
