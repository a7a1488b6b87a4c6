"""Keeps what a release says to Postgres and wrote there, for the story that later versions are held to (README.md).

Run by `make record-release RELEASE=0.2` on the commit that is released: `callcow-stack with-servers --dir FOLDER` has the servers.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

OUT = pathlib.Path(__file__).parent / sys.argv[1]
FOLDER = pathlib.Path(sys.argv[2])
URL = json.loads(os.environ["STACK_SERVERS"])["postgres_url"]
KEEPERS = ("gateway", "dialer", "notifier")
# Stories in which the services say most of what they can say.
STORIES = "test(outcomes) or test(compatible) or test(canceling)"
ENTRY = re.compile(r"^callcow-(\w+)@(\w*)\|LOG:  (?:execute [^:]+|statement): (.*)$")


def psql(url, sql):
    return subprocess.run(["psql", url, "-XAtqc", sql], check=True, capture_output=True, text=True).stdout.split("\n")[:-1]


def said(log):
    """Each statement once, by service."""
    found, current = {keeper: set() for keeper in KEEPERS}, None

    def end():
        if current and current[0] in found:
            text = "\n".join(current[1]).strip()
            if re.match(r"(SELECT|INSERT|UPDATE|DELETE|WITH)\b", text) and "_sqlx_migrations" not in text and "pg_" not in text:
                found[current[0]].add(" ".join(text.split()))

    for line in log.read_text(errors="replace").split("\n"):
        if line.startswith("\t") and current:
            current[1].append(line.strip())
            continue
        end()
        entry = ENTRY.match(line)
        current = (entry[1], [entry[3]]) if entry else None
    end()
    return found


def prepared(url, keeper, statement):
    """Whether Postgres knows what it means without being told the types, as the story asks it to."""
    tried = subprocess.run(["psql", url, "-Xqc", f"SET search_path = {keeper}; PREPARE said AS {statement}"], capture_output=True, text=True)
    return tried.returncode == 0


def main():
    # One by one, because what psql sends at once is one transaction.
    for setting in ("log_statement = 'all'", "log_line_prefix = '%a@%d|'", "log_duration = off"):
        psql(URL, f"ALTER SYSTEM SET {setting}")
    psql(URL, "SELECT pg_reload_conf()")
    subprocess.run(["cargo", "nextest", "run", "--workspace", "--test", "stories", "--no-fail-fast", "-E", STORIES], check=True)
    server = URL.rpartition("/")[0]
    # The one in which most calls came to their end.
    best = (0, None)
    for name in psql(URL, "SELECT datname FROM pg_database WHERE datname LIKE 'callcow%'"):
        try:
            ended = int(psql(f"{server}/{name}", "SELECT count(*) FROM gateway.results JOIN dialer.calls USING (call_id) JOIN notifier.deliveries USING (call_id)")[0])
        except subprocess.CalledProcessError:
            continue
        best = max(best, (ended, name))
    database = f"{server}/{best[1]}"
    dump = subprocess.run(["pg_dump", "--no-owner", "--no-privileges", "--inserts", *(f"--schema={keeper}" for keeper in KEEPERS), database], check=True, capture_output=True, text=True).stdout
    OUT.mkdir(exist_ok=True)
    kept = [line for line in dump.split("\n") if line.strip() and not line.startswith(("\\", "--", "SET ", "SELECT pg_catalog.set_config"))]
    (OUT / "rows.sql").write_text("\n".join(kept) + "\n")
    log = max(FOLDER.rglob("postgres*.log"), key=lambda path: path.stat().st_size)
    found, untyped = {}, 0
    for keeper, statements in said(log).items():
        found[keeper] = sorted(statement for statement in statements if prepared(database, keeper, statement))
        untyped += len(statements) - len(found[keeper])
    commit = subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout
    (OUT / "commit").write_text(commit)
    (OUT / "statements.json").write_text(json.dumps(found, indent=1) + "\n")
    counts = ", ".join(f"{keeper} {len(statements)}" for keeper, statements in found.items())
    print(f"kept {counts} statements, left out {untyped} whose types Postgres has to be told; {best[0]} results of calls")


main()
