package kubeserve_test

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/kubetutor/tutor/internal/kubeserve"
)

func TestServe(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	kubeconfig := filepath.Join(t.TempDir(), "kubeconfig")
	ready := make(chan string, 1)
	ended := make(chan error, 1)
	go func() {
		hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") })
		ended <- kubeserve.Serve(ctx, hello, kubeserve.Options{
			Listen: "127.0.0.1:0", Kubeconfig: kubeconfig, Now: time.Now,
			Ready: func(url string) { ready <- url },
		})
	}()
	url := <-ready

	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		t.Fatal(err)
	}
	if config.Host != url {
		t.Errorf("the kubeconfig names %s, served is %s", config.Host, url)
	}
	if code, body := get(t, config, url); code != http.StatusOK || body != "hello" {
		t.Errorf("with the token: %d %q", code, body)
	}
	stranger := rest.CopyConfig(config)
	stranger.BearerToken = "guessed"
	if code, _ := get(t, stranger, url); code != http.StatusUnauthorized {
		t.Errorf("with another token: %d", code)
	}

	cancel()
	if err := <-ended; err != nil {
		t.Errorf("Serve ended with %v", err)
	}
}

func get(t *testing.T, config *rest.Config, url string) (int, string) {
	t.Helper()
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	response, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}
