#!/usr/bin/env bash
# Installs the collector that stories about traces go through into .run, and prints where it is: Rotel, an OpenTelemetry
# collector whose program comes in a Python wheel. OpenTelemetry's own is in no registry of packages.
set -euo pipefail
ROTEL=0.0.1a15

root=$(cd "$(dirname "$0")/../.." && pwd)
program=$root/.run/rotel-$ROTEL/rotel-agent
if [ ! -x "$program" ]; then
  wheel=$(mktemp -d)
  trap 'rm -rf "$wheel"' EXIT
  # The program embeds Python, and loads the library of the version that its wheel is for.
  python=$(ldconfig -p | grep -oE 'libpython3\.1[0-3]\.so' | grep -oE '3\.1[0-3]' | head -n 1 || true)
  if [ -z "$python" ]; then
    as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
    as_root apt-get update -qq >&2
    library=$(apt-cache show libpython3-stdlib | grep -oE 'libpython3\.[0-9]+' | head -n 1)
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$library" >&2
    python=${library#libpython}
  fi
  python3 -m pip download --quiet --no-deps --python-version "$python" --only-binary :all: --dest "$wheel" "rotel==$ROTEL" >&2
  mkdir -p "$(dirname "$program")"
  python3 - "$wheel" "$program" <<'PYTHON'
import glob, os, sys, zipfile

wheel, target = glob.glob(sys.argv[1] + "/*.whl")[0], sys.argv[2]
with zipfile.ZipFile(wheel) as archive, open(target + ".partial", "wb") as file:
    file.write(archive.read("rotel/rotel-agent"))
os.chmod(target + ".partial", 0o755)
os.replace(target + ".partial", target)
PYTHON
fi
"$program" --version >&2
echo "$program"
