package kubectl

import (
	"sync"

	"github.com/spf13/cobra"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/openapi3"
	"k8s.io/kube-openapi/pkg/spec3"
	"k8s.io/kubectl/pkg/cmd/apply"
	cmdutil "k8s.io/kubectl/pkg/cmd/util"
	"k8s.io/kubectl/pkg/validation"
)

// Cache keeps what kubectl reads of a server's OpenAPI, for programs that run
// many commands: parsing it takes several times as long as the rest of an
// apply. All simulated clusters of one program have the same OpenAPI, so one
// Cache serves them all. It is safe for concurrent use.
type Cache struct {
	mu    sync.Mutex
	specs map[schema.GroupVersion]*spec3.OpenAPI
}

// NewCache makes an empty Cache.
func NewCache() *Cache { return &Cache{specs: make(map[schema.GroupVersion]*spec3.OpenAPI)} }

// cachedRoot is a server's OpenAPI, parsed once for all commands that share
// the cache. What it hands out is only read.
type cachedRoot struct {
	openapi3.Root
	cache *Cache
}

func (r *cachedRoot) GVSpec(gv schema.GroupVersion) (*spec3.OpenAPI, error) {
	r.cache.mu.Lock()
	defer r.cache.mu.Unlock()
	if spec := r.cache.specs[gv]; spec != nil {
		return spec, nil
	}
	spec, err := r.Root.GVSpec(gv)
	if err == nil {
		r.cache.specs[gv] = spec
	}
	return spec, err
}

// applyCommand is kubectl's, with the cache in the place of a fresh read of
// the OpenAPI for each object.
func (s *session) applyCommand(f cmdutil.Factory) *cobra.Command {
	cmd := apply.NewCmdApply("kubectl", f, s.streams)
	flags := apply.NewApplyFlags(s.streams)
	forgetFlags(cmd.Flags())
	cmd.ResetFlags()
	flags.AddFlags(cmd)
	cmd.Run = func(cmd *cobra.Command, args []string) {
		o, err := flags.ToOptions(f, cmd, "kubectl", args)
		cmdutil.CheckErr(err)
		cmdutil.CheckErr(o.Validate())
		if o.OpenAPIV3Root != nil && !s.elsewhere() {
			o.OpenAPIV3Root = &cachedRoot{o.OpenAPIV3Root, s.cache}
		}
		cmdutil.CheckErr(o.Run())
	}
	return cmd
}

// factory is kubectl's, told what it would otherwise find out by reading the
// whole OpenAPI: that the simulated server validates fields itself.
type factory struct {
	cmdutil.Factory
	s *session
}

func (f *factory) Validator(directive string) (validation.Schema, error) {
	if directive == metav1.FieldValidationIgnore || f.s.elsewhere() {
		return f.Factory.Validator(directive)
	}
	fallback := validation.ConjunctiveSchema{validation.NewSchemaValidation(f), validation.NoDoubleKeySchema{}}
	return validation.NewParamVerifyingSchema(fallback, serverValidates{}, directive), nil
}

// serverValidates says of every kind that the server validates its fields.
type serverValidates struct{}

func (serverValidates) HasSupport(schema.GroupVersionKind) error { return nil }
