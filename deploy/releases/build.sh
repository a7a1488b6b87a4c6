#!/usr/bin/env bash
# Builds the services of a release from this repository's own history, below target, and prints the folder of their
# programs: `deploy/releases/build.sh 0.1`. The first time takes as long as a build from nothing.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
release=$1
commit=$(cat "$root/deploy/releases/$release/commit")

if ! git -C "$root" cat-file -e "$commit^{commit}" 2>/dev/null; then
  echo "Release $release is the commit $commit, which the history here does not have." >&2
  echo "In a shallow clone, \`git fetch --unshallow\` brings it." >&2
  exit 1
fi

folder=$root/target/releases/$release
if [ "$(cat "$folder/commit" 2>/dev/null)" != "$commit" ]; then
  rm -rf "$folder/source" "$folder/commit"
  mkdir -p "$folder/source"
  git -C "$root" archive "$commit" | tar -x -C "$folder/source"
  echo "$commit" >"$folder/commit"
fi

# From within, so that its own toolchain and settings hold.
cd "$folder/source"
CARGO_TARGET_DIR=$folder/build cargo build --locked \
  --bin callcow-gateway --bin callcow-planner --bin callcow-dialer --bin callcow-notifier >&2
echo "$folder/build/debug"
