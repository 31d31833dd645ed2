package shell

import "sync"

// etcServices are the ports of /etc/services that a learner meets.
var etcServices = sync.OnceValue(func() map[string]map[uint16]string {
	both := map[uint16]string{
		7: "echo", 22: "ssh", 53: "domain", 67: "bootps", 88: "kerberos", 111: "sunrpc", 123: "ntp", 161: "snmp",
		389: "ldap", 443: "https", 853: "domain-s", 1433: "ms-sql-s", 5060: "sip", 5061: "sip-tls", 5353: "mdns", 5671: "amqps", 9418: "git", 27017: "mongodb",
	}
	tcp := map[uint16]string{
		9: "discard", 13: "daytime", 20: "ftp-data", 21: "ftp", 23: "telnet", 25: "smtp", 70: "gopher", 79: "finger", 80: "http", 110: "pop3", 113: "auth",
		119: "nntp", 143: "imap2", 179: "bgp", 445: "microsoft-ds", 465: "submissions", 514: "shell", 587: "submission", 631: "ipp", 636: "ldaps", 873: "rsync",
		990: "ftps", 993: "imaps", 995: "pop3s", 1080: "socks", 1883: "mqtt", 2049: "nfs", 2375: "docker", 2376: "docker-s", 2379: "etcd-client", 2380: "etcd-server",
		3128: "", 3260: "iscsi-target", 3306: "mysql", 3690: "svn", 5432: "postgresql", 5672: "amqp", 5222: "xmpp-client", 6379: "redis", 6443: "", 6667: "ircd",
		8080: "http-alt", 8443: "", 9090: "", 9100: "", 10050: "zabbix-agent", 10051: "zabbix-trapper", 11211: "",
	}
	udp := map[uint16]string{68: "bootpc", 69: "tftp", 137: "netbios-ns", 138: "netbios-dgm", 162: "snmp-trap", 443: "https", 500: "isakmp", 514: "syslog", 4500: "ipsec-nat-t"}
	all := map[string]map[uint16]string{"tcp": tcp, "udp": udp}
	for _, m := range all {
		for port, name := range both {
			if m[port] == "" {
				m[port] = name
			}
		}
	}
	return all
})

// serviceName is a port's name in brackets of nc, * for none.
func serviceName(port uint16, proto string, numeric bool) string {
	if name := etcServices()[proto][port]; name != "" && !numeric {
		return name
	}
	return "*"
}

func servicePort(name string) (int, bool) {
	for _, proto := range []string{"tcp", "udp"} {
		for port, have := range etcServices()[proto] {
			if have == name && name != "" {
				return int(port), true
			}
		}
	}
	return 0, false
}
