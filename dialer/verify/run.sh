#!/usr/bin/env bash
# Our requests to Twilio and the simulated network's answers, judged by the vendor's own API document (served by Prism), and
# our check of signatures, judged by the vendor's own package. Needs npm.
set -euo pipefail
cd "$(dirname "$0")"

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

npm install --silent --no-audit --no-fund --prefix "$folder" \
	@stoplight/prism-cli@5.14.2 @twilio/cli-core@8.3.2 twilio@6.2.0 >/dev/null
node cut.mjs "$folder" >"$folder/calls.json"
seed=${SEED:-$(date +%s)}
node signatures.mjs "$folder" "$seed" >"$folder/signatures"
echo "requests are signed from SEED=$seed"

export RUST_BACKTRACE=0
export PRISM="$folder/node_modules/.bin/prism" PRISM_DOCUMENT="$folder/calls.json" SIGNATURES="$folder/signatures"
cargo nextest run --workspace --run-ignored only --no-capture \
	-E 'package(dialer) and (test(the_vendors_document_) or test(the_vendors_package_))'
