// Package kubeserve lets clients outside this program, such as an installed
// kubectl or k9s, talk to a simulated cluster: HTTPS with a certificate
// authority of its own and a random token, both in a kubeconfig file.
package kubeserve

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/klog/v2"

	"github.com/kubetutor/tutor/internal/atomicfile"
)

// Options say where and for whom to serve.
type Options struct {
	// Listen is host:port; port 0 picks a free one.
	Listen string
	// Kubeconfig is the file that clients use. It is written whole, once
	// connections are accepted.
	Kubeconfig string
	// Now gives the time from which the certificates hold.
	Now func() time.Time
	// Ready is told the address once the file is written; it may be nil.
	Ready func(url string)
}

// Silence silences the log of the libraries that carry streams, for the whole
// process: to them a client that hangs up is an error. It is to be called
// before anything is served and not beside a running kubectl.
func Silence() { klog.SetLogger(logr.Discard()) }

// Serve answers with h until ctx ends, which is no error.
func Serve(ctx context.Context, h http.Handler, o Options) error {
	l, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return fmt.Errorf("listen on %s: %w", o.Listen, err)
	}
	defer l.Close()
	host, _, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		return fmt.Errorf("read the address that is listened on: %w", err)
	}
	authority, err := newAuthority(o.Now())
	if err != nil {
		return err
	}
	cert, err := authority.issue(host)
	if err != nil {
		return err
	}
	token := rand.Text()
	server := &http.Server{
		Handler:           authenticated(h, token),
		TLSConfig:         &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12},
		ReadHeaderTimeout: 10 * time.Second,
		ErrorLog:          log.New(io.Discard, "", 0), // a client that hangs up is no news
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.ServeTLS(l, "", "") }()

	url := "https://" + clientAddress(l.Addr())
	if err := writeKubeconfig(o.Kubeconfig, url, authority.pem, token); err != nil {
		server.Close()
		<-ended
		return err
	}
	if o.Ready != nil {
		o.Ready(url)
	}
	select {
	case err := <-ended:
		return fmt.Errorf("serve the cluster: %w", err)
	case <-ctx.Done():
	}
	// Watches never end by themselves: give what is under way a moment.
	bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := server.Shutdown(bye); err != nil {
		server.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the cluster: %w", err)
	}
	return nil
}

// clientAddress is how a client on this machine reaches the listener.
func clientAddress(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok || !tcp.IP.IsUnspecified() {
		return a.String()
	}
	return net.JoinHostPort("127.0.0.1", fmt.Sprint(tcp.Port))
}

// unauthorized is the real server's answer to a request without a good token.
const unauthorized = `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"Unauthorized","reason":"Unauthorized","code":401}` + "\n"

func authenticated(h http.Handler, token string) http.Handler {
	want := []byte("Bearer " + token)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), want) != 1 {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			io.WriteString(w, unauthorized)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func writeKubeconfig(path, url string, ca []byte, token string) error {
	const name = "tutor"
	config := clientcmdapi.NewConfig()
	config.Clusters[name] = &clientcmdapi.Cluster{Server: url, CertificateAuthorityData: ca}
	config.AuthInfos[name] = &clientcmdapi.AuthInfo{Token: token}
	config.Contexts[name] = &clientcmdapi.Context{Cluster: name, AuthInfo: name}
	config.CurrentContext = name
	b, err := clientcmd.Write(*config)
	if err != nil {
		return fmt.Errorf("write the kubeconfig: %w", err)
	}
	if err := atomicfile.Write(path, b); err != nil {
		return fmt.Errorf("write the kubeconfig: %w", err)
	}
	return nil
}
