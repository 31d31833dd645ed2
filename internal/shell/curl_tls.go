package shell

import "encoding/base64"

// sslHelp is what curl adds to a certificate that it does not trust.
const sslHelp = `
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.`

// handshake is TLS. Ports of pods are plain; an outside name that serves has a
// certificate for the names that it serves, which is why an ExternalName fails
// under https: the client asks for the alias.
func (t *transfer) handshake(c conn) *curlError {
	t.verbose("* ALPN: offers h2,http/1.1")
	t.verbose("* TLSv1.3 (OUT), TLS handshake, Client hello (1):")
	if !t.o.insecure {
		t.verbose("*  CAfile: /etc/ssl/certs/ca-certificates.crt\n*  CApath: /etc/ssl/certs")
	}
	t.wait(roundTrip)
	if c.speaks.kind != speaksTLS {
		return curlFail(35, "OpenSSL/3.0.17: error:0A00010B:SSL routines::wrong version number")
	}
	name := c.speaks.outside
	t.verbose("* TLSv1.3 (IN), TLS handshake, Server hello (2):")
	t.verbose("* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384")
	if !t.o.insecure && !accepts(*name, t.url.host) {
		return curlFail(60, "SSL: no alternative certificate subject name matches target host name '%s'%s", t.url.host, sslHelp)
	}
	return nil
}

func basic(user string) string { return base64.StdEncoding.EncodeToString([]byte(user)) }
