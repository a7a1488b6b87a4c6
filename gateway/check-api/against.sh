#!/usr/bin/env bash
# Started by run.sh, with servers in STACK_SERVERS. Runs a gateway and nothing else of ours: what is accepted is kept and
# told, and nobody plans or dials it, so that hundreds of calls cost no more than their rows.
set -euo pipefail

tools=$1
shift
here=$(dirname "$0")
folder=$(mktemp -d)
gateway=
stop() {
    if [ -n "$gateway" ]; then
        kill "$gateway" 2>/dev/null || true
        wait "$gateway" || true
    fi
    rm -rf "$folder"
}
trap stop EXIT

server() { "$tools/python" -c 'import json, os, sys; print(json.loads(os.environ["STACK_SERVERS"])[sys.argv[1]])' "$1"; }
DATABASE_URL=$(server postgres_url)
NATS_URL=$(server nats_url)
REDIS_URL=$(server redis_url)/0
SEAL_KEYS=k1:$(head -c 32 /dev/urandom | base64)
export DATABASE_URL NATS_URL REDIS_URL SEAL_KEYS
# Far above what is asked for here, and patient with a busy machine. Streams of events end at once, because the calls
# don't.
export RATE_LIMIT=1000000 OPEN_CALLS_MAX=1000000 REDIS_PATIENCE=5s EVENT_STREAM_AGE=50ms LOG=warn
export LISTEN=127.0.0.1:0 LISTEN_FILE=$folder/address

./target/debug/callcow-gateway >"$folder/log" 2>&1 &
gateway=$!
for _ in $(seq 600); do
    [ -s "$LISTEN_FILE" ] && break
    kill -0 "$gateway"
    sleep 0.1
done

admin() { ./target/debug/callcow-gateway admin "${@:2}" | sed -n "s/^$1: //p"; }
org=$(admin org_id org create --name Judge)
admin number number add --org "$org" --number +14155550100 >/dev/null
CHECK_API_KEY=$(admin key key create --org "$org" --mode test)
export CHECK_API_KEY
address=$(cat "$LISTEN_FILE")

failed=0
SCHEMATHESIS_HOOKS=hooks PYTHONPATH=$here "$tools/schemathesis" --config-file "$here/schemathesis.toml" run --checks all \
    "http://$address/openapi.json" --report ndjson --report-ndjson-path "$folder/events.ndjson" "$@" || failed=1
if ! kill -0 "$gateway" 2>/dev/null || grep -q '"ERROR"' "$folder/log"; then
    echo "The gateway had trouble:"
    cat "$folder/log"
    failed=1
fi
"$tools/python" "$here/count.py" "$folder/events.ndjson" || failed=1
exit "$failed"
