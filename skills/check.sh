#!/usr/bin/env bash
# Finds and installs our skill as its users do, in a home of its own. Needs npm.
set -euo pipefail
cd "$(dirname "$0")/.."

VERSION=1.5.18

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir "$home/project"
repository=$PWD
skills() { (cd "$home/project" && HOME=$home DISABLE_TELEMETRY=1 CI=1 npx --yes "skills@$VERSION" "$@"); }

listed=$(skills add "$repository" --list </dev/null)
grep -q agent-call <<<"$listed" || { echo "$listed"; echo "the skill is not listed"; exit 1; }
skills add "$repository" --skill agent-call --agent claude-code --copy --yes </dev/null >"$home/log" || { cat "$home/log"; exit 1; }
installed=$(find "$home/project" -path '*/agent-call/SKILL.md' | head -n 1)
[ -n "$installed" ] || { cat "$home/log"; echo "the skill is not installed"; exit 1; }
cmp "$installed" skills/agent-call/SKILL.md
skills list </dev/null | grep -q agent-call || { echo "the skill is not there after its installation"; exit 1; }
echo "The skill is listed, and installed as it is in the repository."
