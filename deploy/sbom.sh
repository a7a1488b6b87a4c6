#!/usr/bin/env bash
# Lists what each program of the image is made of, as CycloneDX: `deploy/sbom.sh FOLDER` writes a file for each. Made of
# Cargo.lock, for the machine that builds, without the crates that only tests need. Needs cargo-cyclonedx, which leaves its
# files beside the manifests: run it where that does no harm.
set -euo pipefail
out=$(realpath --canonicalize-missing "$1")
cd "$(dirname "$0")/.."

target=$(rustc --version --verbose | sed -n 's/^host: //p')
cargo cyclonedx --quiet --format json --spec-version 1.5 --describe binaries --target "$target"
mkdir --parents "$out"
for program in gateway planner dialer notifier simulator; do
  find . -name "callcow-${program}_bin.cdx.json" -exec mv {} "$out/callcow-$program.cdx.json" \;
  test -s "$out/callcow-$program.cdx.json"
done
