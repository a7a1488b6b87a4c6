#!/usr/bin/env bash
# Signs deliveries as we do, and lets the Standard Webhooks libraries for Rust, Python and JavaScript judge them.
set -euo pipefail
cd "$(dirname "$0")"

PYPI_VERSION=1.1.0
NPM_VERSION=1.1.1

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The example checks each signature with the Rust library before it prints it.
# Of the whole workspace, so that nothing is compiled anew with other features.
cargo build --quiet --workspace --example sign
../../target/debug/examples/sign >"$folder/deliveries"
echo "Rust: $(wc -l <"$folder/deliveries") deliveries judged as they should be"

python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --disable-pip-version-check "standardwebhooks==$PYPI_VERSION"
"$folder/python/bin/python" verify.py <"$folder/deliveries"

npm install --silent --no-audit --no-fund --prefix "$folder" "standardwebhooks@$NPM_VERSION" >/dev/null
node verify.mjs "$folder" <"$folder/deliveries"
