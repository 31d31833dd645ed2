#!/bin/sh
# Makes ../definitions.json.gz: the OpenAPI v3 schemas of the kinds that the
# simulated cluster serves. Run it when k8s.io/api in go.mod changes:
#
#	go generate ./simulator/apiserver/openapi
set -eu
here=$(cd "$(dirname "$0")" && pwd)
api=$(cd "$here" && GOFLAGS= GOWORK=off go list -C "$here/../../../.." -m -f '{{.Version}}' k8s.io/api)
generator=$(GOWORK=off go list -C "$here/../../../.." -m -f '{{.Version}}' k8s.io/kube-openapi)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > go.mod <<MOD
module gen

go 1.26.0

require (
	k8s.io/api $api
	k8s.io/apimachinery $api
	k8s.io/kube-openapi $generator
)
MOD
cat > tools.go <<'GO'
//go:build tools

package gen

import _ "k8s.io/kube-openapi/cmd/openapi-gen"
GO
mkdir dump out
cp "$here/dump.go.txt" dump/main.go
export GOFLAGS=-mod=mod
groups="apps autoscaling authorization core discovery networking policy"
packages="k8s.io/apimachinery/pkg/apis/meta/v1 k8s.io/apimachinery/pkg/api/resource k8s.io/apimachinery/pkg/runtime k8s.io/apimachinery/pkg/util/intstr"
for g in $groups; do packages="$packages k8s.io/api/$g/v1"; done
echo 'package out' > out/doc.go
go mod tidy -e > /dev/null 2>&1
go get $(for p in $packages; do echo "$p"; done) > /dev/null
go run k8s.io/kube-openapi/cmd/openapi-gen --output-dir out --output-pkg gen/out --output-file zz.go \
	--go-header-file /dev/null --output-model-name-file "" $packages > violations.txt
go run ./dump | gzip -9n > "$here/../definitions.json.gz"
