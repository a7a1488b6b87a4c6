"""NATS, Redis and Postgres that speak TLS, with an authority of this check: a service comes in with it, and not without."""

import json
import os
import pathlib
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.parse

import psycopg

from patience import get, wait

ROOT = pathlib.Path(__file__).resolve().parents[2]


def certificates(folder):
    """An authority, and a server that it vouches for."""
    folder.mkdir()
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    (folder / "names").write_text("subjectAltName=DNS:localhost")
    for command in (
        ["req", "-x509", *key, "-days", "2", "-subj", "/CN=authority", "-keyout", "ca.key", "-out", "ca.crt"],
        ["req", *key, "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.csr"],
        ["x509", "-req", "-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "server.crt"],
    ):
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)


def started(live, folder, service, name, env):
    """Where a service is that was started with these settings."""
    where = folder / f"{service}-{name}.address"
    live.start(f"{service}-{name}", [str(ROOT / f"target/debug/callcow-{service}")], {**env, "LISTEN": "127.0.0.1:0", "LISTEN_FILE": str(where)})
    return "http://" + wait(f"a {service} {name} the authority", lambda: where.exists() and where.read_text().strip())


def nats(live, folder):
    (folder / "nats.conf").write_text(
        f'host: localhost\nport: -1\nports_file_dir: "{folder}"\njetstream {{ store_dir: "{folder}/jetstream" }}\n'
        f'tls {{ cert_file: "{folder}/server.crt", key_file: "{folder}/server.key" }}\nauthorization {{ user: planner, password: secret }}\n'
    )
    server = ROOT / "deploy/bin/nats-server"
    child = live.start("nats-tls", [str(server) if server.exists() else "nats-server", "--config", "tls/nats.conf"], {})
    file = folder / f"nats-server_{child.pid}.ports"
    port = wait("NATS with TLS", lambda: file.exists() and json.loads(file.read_text())["nats"][0]).rpartition(":")[2]
    address = {"NATS_URL": f"tls://planner:secret@localhost:{port}"}
    with_it = started(live, folder, "planner", "with", {**address, "SSL_CERT_FILE": str(folder / "ca.crt")})
    without = started(live, folder, "planner", "without", address)
    wait("a planner to come in by TLS", lambda: get(with_it + "/ready"))
    try:
        get(without + "/ready")
        yield "a planner trusts a NATS whose authority it does not know"
    except urllib.error.HTTPError as refused:
        if refused.code != 503:
            yield f"a planner that can't reach NATS answers {refused.code}"


def redis(live, folder):
    """A Redis without any other port. Who is limited by it, it tells."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    live.start("redis-tls", ["redis-server", "--port", "0", "--tls-port", str(port), "--bind", "127.0.0.1", "--requirepass", "secret",
                             "--tls-cert-file", "tls/server.crt", "--tls-key-file", "tls/server.key", "--tls-auth-clients", "no", "--save", ""], {})
    wait("Redis with TLS", lambda: socket.create_connection(("127.0.0.1", port), 1).close() or True)
    # Each has a database of its own, so that Redis tells who was there.
    databases = {"with": 1, "without": 2}
    url = {}
    for name, database in databases.items():
        more = {"SSL_CERT_FILE": str(folder / "ca.crt")} if name == "with" else {}
        env = {**live.env, "REDIS_URL": f"rediss://:secret@localhost:{port}/{database}", **more}
        url[name] = started(live, folder, "gateway", name, env)
        wait(f"a gateway {name} the authority", lambda: get(url[name] + "/ready"))
    ask = ["redis-cli", "--tls", "--cacert", str(folder / "ca.crt"), "-h", "localhost", "-p", str(port), "INFO", "keyspace"]

    def counts(name):
        """A request, and whether Redis counted it."""
        get(url[name] + "/api/workflows", Authorization=f"Bearer {live.key}")
        said = subprocess.run(ask, env={"PATH": os.environ["PATH"], "REDISCLI_AUTH": "secret"}, capture_output=True, text=True, check=True).stdout
        return f"db{databases[name]}:" in said

    # The connection is made at the start, and takes a moment.
    wait("a gateway to be limited by a Redis that speaks TLS", lambda: counts("with"))
    for _ in range(10):
        time.sleep(0.2)
        if counts("without"):
            yield "a gateway trusts a Redis whose authority it does not know"
            return


def postgres(live, folder):
    """The server of this check is told to speak TLS, too, for the time of the check."""
    with psycopg.connect(live.owner_url, autocommit=True) as owner:
        data = pathlib.Path(owner.execute("SHOW data_directory").fetchone()[0])
        of = data.stat()
        for file in ("server.crt", "server.key"):
            shutil.copy(folder / file, data / file)
            os.chown(data / file, of.st_uid, of.st_gid)
            (data / file).chmod(0o600)
        owner.execute("ALTER SYSTEM SET ssl = on")
        owner.execute("SELECT pg_reload_conf()")
    url = urllib.parse.urlsplit(live.database("notifier"))
    url = f"postgres://{url.netloc.replace('127.0.0.1', 'localhost')}{url.path}?sslmode=verify-full"
    encrypted = lambda: psycopg.connect(f"{url}&sslrootcert={folder}/ca.crt").execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()[0]

    def speaks():
        try:
            return encrypted()
        except psycopg.OperationalError:
            return False

    wait("Postgres to speak TLS", speaks)
    for name, address, hoped in (("with", f"{url}&sslrootcert={folder}/ca.crt", True), ("without", url, False)):
        job = subprocess.run([str(ROOT / "target/debug/callcow-notifier"), "migrate"], env={"PATH": os.environ["PATH"], "DATABASE_URL": address}, capture_output=True, text=True, timeout=60)
        if (job.returncode == 0) != hoped:
            yield f"a notifier {name} the authority of Postgres: {job.returncode} {job.stderr[-300:]}"
        if not hoped and "UnknownIssuer" not in job.stderr:
            yield f"a notifier without the authority of Postgres is refused for another reason: {job.stderr[-300:]}"
    with psycopg.connect(live.owner_url, autocommit=True) as owner:
        owner.execute("ALTER SYSTEM RESET ssl")
        owner.execute("SELECT pg_reload_conf()")


def tls(live):
    folder = live.folder / "tls"
    certificates(folder)
    for server in (nats, redis, postgres):
        yield from server(live, folder)
