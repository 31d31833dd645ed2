package fields

// annotation is one that a platform's controllers read.
type annotation struct {
	platform, kind, name, doc string
	values                    []string
}

const (
	awsService = "service.beta.kubernetes.io/aws-load-balancer-"
	albIngress = "alb.ingress.kubernetes.io/"
	eks        = "eks"
)

// annotations are those that decide about Services and Ingresses.
var annotations = []annotation{
	{eks, "Service", awsService + "type", "Who builds the balancer. external hands the Service to the AWS Load Balancer Controller, together with nlb-target-type; nlb leaves it to the legacy controller as a network balancer; without it the legacy controller builds a Classic one. Where the new controller's webhook runs, it takes each new Service, whatever stands here.", []string{"external", "nlb", "nlb-ip"}},
	{eks, "Service", awsService + "nlb-target-type", "Where the balancer sends packets: ip to the pods themselves, instance to the node port of the nodes.", []string{"ip", "instance"}},
	{eks, "Service", awsService + "scheme", "Whether the balancer has a public address. The AWS Load Balancer Controller builds an internal one unless this says internet-facing.", []string{"internet-facing", "internal"}},
	{eks, "Service", awsService + "internal", "The older way to say it: \"true\" makes the balancer internal. The value is a string, so it needs its quotes.", []string{`"true"`, `"false"`}},
	{eks, "Service", awsService + "target-group-attributes", "Attributes of the target groups as key=value,key=value. preserve_client_ip.enabled decides whether targets see the client's address; for ip targets over TCP it is off unless it is set.", []string{"preserve_client_ip.enabled=true", "preserve_client_ip.enabled=false"}},
	{eks, "Service", awsService + "attributes", "Attributes of the balancer as key=value,key=value, such as load_balancing.cross_zone.enabled=true.", []string{"load_balancing.cross_zone.enabled=true"}},
	{eks, "Service", awsService + "name", "The balancer's name in AWS. Without it the controller makes one up.", nil},
	{eks, "Service", awsService + "security-groups", "Security groups of your own for the balancer, by id or name. Source ranges are then yours to keep in them.", nil},
	{eks, "Service", awsService + "disable-nlb-sg", "\"true\" builds the balancer without a security group, so source ranges do nothing there.", []string{`"true"`}},
	{eks, "Service", "service.beta.kubernetes.io/load-balancer-source-ranges", "Networks that may reach the balancer, parted by commas. spec.loadBalancerSourceRanges wins over it.", nil},
	{eks, "Ingress", albIngress + "scheme", "Whether the application balancer has a public address. It is internal unless this says internet-facing.", []string{"internet-facing", "internal"}},
	{eks, "Ingress", albIngress + "target-type", "Where the balancer sends requests: ip to the pods themselves, instance to the node port of the Service.", []string{"ip", "instance"}},
	{eks, "Ingress", albIngress + "inbound-cidrs", "Networks that may reach the balancer, parted by commas.", nil},
	{eks, "Ingress", albIngress + "listen-ports", "The ports that the balancer listens on, as JSON. Without it 80, or 443 with a certificate.", []string{`'[{"HTTP": 80}]'`, `'[{"HTTPS": 443}]'`}},
	{eks, "Ingress", albIngress + "certificate-arn", "The certificate for HTTPS, by its ARN.", nil},
	{"gke", "Service", "networking.gke.io/load-balancer-type", "Internal gives the balancer an address of the VPC instead of a public one.", []string{"Internal"}},
	{"aks", "Service", "service.beta.kubernetes.io/azure-load-balancer-internal", "\"true\" gives the balancer an address of the virtual network instead of a public one.", []string{`"true"`, `"false"`}},
	{"metallb", "Service", "metallb.io/loadBalancerIPs", "The address that MetalLB should give, out of one of its pools.", nil},
	{"metallb", "Service", "metallb.io/address-pool", "The pool that MetalLB takes the address from.", nil},
	{"metallb", "Service", "metallb.io/allow-shared-ip", "Services with the same value here may share an address, on different ports.", nil},
}

// annotationFields are the annotations that matter for a kind, on a platform
// or, where that is "", on any.
func annotationFields(platform, kind string) []Field {
	var list []Field
	for _, a := range annotations {
		if (platform == "" || a.platform == platform) && a.kind == kind {
			list = append(list, Field{Path: "metadata.annotations", Name: a.name, Type: "string", Doc: a.doc, Values: a.values})
		}
	}
	return list
}
