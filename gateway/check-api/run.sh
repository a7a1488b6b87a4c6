#!/usr/bin/env bash
# Walks the contract with another organization's key, then holds a running gateway to the contract with Schemathesis.
set -euo pipefail
cd "$(dirname "$0")/../.."

VERSION=4.32.5

tools=.run/schemathesis-$VERSION
if [ ! -x "$tools/bin/schemathesis" ]; then
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$VERSION"
fi

./target/debug/callcow-stack with-servers -- cargo nextest run --workspace -E 'package(gateway) and test(walking)'
./target/debug/callcow-stack with-servers -- gateway/check-api/against.sh "$tools/bin" "$@"
