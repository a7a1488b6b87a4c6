"""A system of the programs that are built, with the settings of the small overlay, where each service has only its own
role in Postgres and its own user in NATS. A call goes all the way; then what nobody may do is tried, and what the rules and
dashboards are made of is looked up on /metrics.

Run by `callcow-stack with-servers`: Postgres and Redis are its, NATS is started here with the users of the manifests.
"""

import asyncio
import base64
import http.server
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

import nats
import nats.errors
import psycopg

from patience import get, wait
from tls import tls

ROOT = pathlib.Path(__file__).resolve().parents[2]
SERVERS = json.loads(os.environ["STACK_SERVERS"])
KEEPERS = ("gateway", "dialer", "notifier")
SERVICES = ("gateway", "planner", "dialer", "notifier")
ACCOUNT = "AC00000000000000000000000000000000"


class Receiver(http.server.BaseHTTPRequestHandler):
    """Takes callbacks."""

    arrived = []

    def do_POST(self):
        self.arrived.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Live:
    def __init__(self, folder, settings):
        self.folder, self.settings, self.children, self.urls = folder, settings, [], {}

    def start(self, name, command, env):
        log = open(self.folder / f"{name}.log", "wb")
        self.children.append(subprocess.Popen(command, env={"PATH": os.environ["PATH"], **env}, stdout=log, stderr=log, cwd=self.folder))
        return self.children[-1]

    def nats(self):
        """With the users of the manifests, and a port that the server chooses."""
        conf = (ROOT / "deploy/kubernetes/overlays/small/nats.conf").read_text()
        conf = conf.replace("port: 4222", "host: 127.0.0.1\nport: -1").replace("http: 8222", "http: \"127.0.0.1:-1\"")
        conf = conf.replace("/data", str(self.folder / "jetstream")) + f'\nports_file_dir: "{self.folder}"\n'
        (self.folder / "nats.conf").write_text(conf)
        (self.folder / "users.conf").write_text((ROOT / "deploy/kubernetes/base/nats/users.conf").read_text())
        server = ROOT / "deploy/bin/nats-server"
        server = str(server) if server.exists() else "nats-server"
        passwords = {f"{service.upper()}_PASSWORD": f"p{service}" for service in SERVICES}
        child = self.start("nats", [server, "--config", "nats.conf"], passwords)
        file = self.folder / f"nats-server_{child.pid}.ports"
        self.nats_at = wait("NATS", lambda: file.exists() and json.loads(file.read_text())["nats"][0]).removeprefix("nats://")

    def postgres(self):
        server, _, _ = SERVERS["postgres_url"].rpartition("/")
        name = f"live_{os.getpid()}"
        with psycopg.connect(SERVERS["postgres_url"], autocommit=True) as owner:
            owner.execute(f"CREATE DATABASE {name}")
        self.owner_url = f"{server}/{name}"
        with psycopg.connect(self.owner_url, autocommit=True) as owner:
            owner.execute((ROOT / "deploy/kubernetes/base/postgres/10-roles.sql").read_text())
            for keeper in KEEPERS:
                owner.execute(f"ALTER ROLE callcow_{keeper} PASSWORD 'p{keeper}'")

    def database(self, service):
        return f"postgres://callcow_{service}:p{service}@{self.owner_url.split('@')[1]}"

    def service(self, name, more):
        """With the settings of the overlay, but for addresses and passwords."""
        file = self.folder / f"{name}.address"
        env = {**self.settings.get(name, {}), **more, "LISTEN": "127.0.0.1:0", "LISTEN_FILE": str(file)}
        self.start(name, [str(ROOT / f"target/debug/callcow-{name}")], env)
        self.urls[name] = "http://" + wait(f"the address of {name}", lambda: file.exists() and file.read_text().strip())
        wait(f"{name} to be ready", lambda: get(self.urls[name] + "/ready"))
        return self.urls[name]

    def all(self):
        self.nats()
        self.postgres()
        seal = "k1:" + base64.b64encode(os.urandom(32)).decode()
        own = {service: {"NATS_URL": f"nats://{service}:p{service}@{self.nats_at}", "DRAIN": "2s"} for service in SERVICES}
        for keeper in KEEPERS:
            own[keeper]["DATABASE_URL"] = self.database(keeper)
        for sealer in ("gateway", "notifier"):
            own[sealer] |= {"SEAL_KEYS": seal, "CALLBACK_ALLOW": "127.0.0.0/8", "CALLBACK_ALLOW_HTTP": "true"}
        for limiter in ("gateway", "dialer"):
            own[limiter]["REDIS_URL"] = SERVERS["redis_url"] + "/4000"
        carrier = {"SIMULATOR_ACCOUNT_SID": ACCOUNT, "SIMULATOR_AUTH_TOKEN": "a-token-of-this-check", "SIMULATOR_RATE": "20"}
        own["dialer"] |= {**carrier, "SIMULATOR_URL": self.service("simulator", carrier), "DIALER_PUBLIC_URL": "", "PACE": "20", "DIALER_LINK_SECRET": "link"}
        own["gateway"]["PLANNER_URL"] = self.service("planner", own["planner"])
        for keeper in KEEPERS:
            # The job of the manifests, with what it is given there.
            job = subprocess.run([str(ROOT / f"target/debug/callcow-{keeper}"), "migrate"], env={"PATH": os.environ["PATH"], "DATABASE_URL": own[keeper]["DATABASE_URL"]}, capture_output=True, text=True)
            if job.returncode:
                raise SystemExit(f"callcow-{keeper} migrate: {job.stderr}")
            self.service(keeper, own[keeper])
        self.env = own["gateway"]

    def admin(self, *arguments):
        command = [str(ROOT / "target/debug/callcow-gateway"), "admin", *arguments]
        printed = subprocess.run(command, env={"PATH": os.environ["PATH"], **self.env}, capture_output=True, text=True, check=True).stdout
        return dict(line.split(": ", 1) for line in printed.splitlines() if ": " in line)

    def stop(self):
        for child in reversed(self.children):
            child.terminate()
        for child in reversed(self.children):
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()


def call(live):
    """A call, from the request to the callback."""
    receiver = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    org = live.admin("org", "create", "--name", "Live")
    org = org.get("org_id") or next(iter(org.values()))
    live.key = key = next(value for value in live.admin("key", "create", "--org", org, "--mode", "test").values() if value.startswith("ck_test_"))
    live.admin("number", "add", "--org", org, "--number", "+14155550199")
    people = json.loads(get(live.urls["simulator"] + "/_sim/directory"))
    callee = next(one["number"] for one in people if one["name"] == "restaurant")
    body = {"prompt": "Book a dinner reservation at Olive Garden for Friday 7pm, party of 2, under Josh Miller", "recipient_phone": callee,
            "callback_url": f"http://127.0.0.1:{receiver.server_port}/calls", "callback_secret": "s3cret", "idempotency_key": "live"}
    request = urllib.request.Request(live.urls["gateway"] + "/api/call-prompt", json.dumps(body).encode(), {"authorization": f"Bearer {key}", "content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        call_id = json.loads(answer.read())["call_id"]
    callback = wait("the callback", lambda: Receiver.arrived and Receiver.arrived[0])
    if (callback["call_id"], callback["call_status"]) != (call_id, "success"):
        yield f"the call ended as {callback['call_status']}"
    read = lambda: json.loads(get(f"{live.urls['gateway']}/api/calls/{call_id}", Authorization=f"Bearer {key}"))
    wait("the gateway to hear of the callback", lambda: "delivered" in json.dumps(read()))


def rows(live):
    """Each role is refused the schemas of the others, and not its own."""
    tried = 0
    for service in KEEPERS:
        with psycopg.connect(live.database(service), autocommit=True) as role:
            for other in KEEPERS:
                refused = False
                try:
                    role.execute(f"SELECT count(*) FROM {other}.calls")
                except psycopg.errors.InsufficientPrivilege:
                    refused = True
                tried += 1
                if refused == (other == service):
                    yield f"the role of {service} {'is refused' if refused else 'reads'} the rows of {other}"
    if tried != 9:
        yield "not every role was tried"


# What each service tells (proto/src/fact.rs); nobody else may.
FACTS = {
    "gateway": "call.requested", "planner": "call.planned", "dialer": "call.ended", "notifier": "callback.delivered",
}


async def facts(live):
    """Each user of NATS is refused to tell another's facts, to take what another hears, and to listen in."""
    troubles, tried = [], 0
    for service in SERVICES:
        said = []

        async def heard(error):
            said.append(str(error).lower())

        user = await nats.connect(f"nats://{service}:p{service}@{live.nats_at}", error_cb=heard, max_reconnect_attempts=0, inbox_prefix=f"_INBOX.{service}")

        async def refused(act):
            nonlocal tried
            tried += 1
            said.clear()
            await act()
            await user.flush()
            await asyncio.sleep(0.05)
            return any("permissions violation" in line for line in said)

        for other, fact in FACTS.items():
            consumer = f"$JS.API.CONSUMER.MSG.NEXT.callcow-facts.{other}"
            if other != service and not await refused(lambda: user.publish(f"callcow.{fact}", b"")):
                troubles.append(f"{service} may tell callcow.{fact}")
            if other != service and not await refused(lambda: user.publish(consumer, b"")):
                troubles.append(f"{service} may take what {other} hears")
        if not await refused(lambda: user.subscribe("callcow.>")):
            troubles.append(f"{service} may listen to all facts")
        if not await refused(lambda: user.subscribe("_INBOX.>")):
            troubles.append(f"{service} may listen to the answers of others")
        if await refused(lambda: user.publish("$JS.API.STREAM.INFO.callcow-facts", b"")):
            troubles.append(f"{service} may not do what it has to")
        if not await refused(lambda: user.publish("$JS.API.STREAM.DELETE.callcow-facts", b"")):
            troubles.append(f"{service} may delete the facts")
        await user.close()
    try:
        async def quiet(_):
            pass

        await nats.connect(f"nats://{live.nats_at}", allow_reconnect=False, connect_timeout=2, error_cb=quiet)
        troubles.append("NATS lets in whoever comes")
    except nats.errors.Error:
        pass
    return troubles, tried


def metrics(live):
    """Every name on /metrics, and every label of it."""
    seen = {}
    for service in SERVICES:
        for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? ", get(live.urls[service] + "/metrics"), re.M):
            seen.setdefault(name, set()).update(re.findall(r'(\w+)="', labels or ""))
    return {name: sorted(labels) for name, labels in seen.items()}


def main(settings, out):
    troubles = []
    with tempfile.TemporaryDirectory() as folder:
        live = Live(pathlib.Path(folder), json.loads(pathlib.Path(settings).read_text()))
        try:
            live.all()
            troubles += call(live)
            said = (live.folder / "nats.log").read_text()
            troubles += [f"NATS refused a service what it needs: {line}" for line in said.splitlines() if "Violation" in line]
            troubles += rows(live)
            found, tried = asyncio.run(facts(live))
            troubles += found
            troubles += tls(live)
            # Gauges are measured every few seconds.
            time.sleep(6)
            pathlib.Path(out).write_text(json.dumps({"troubles": troubles, "metrics": metrics(live), "tried": tried}))
        except BaseException:
            for log in sorted(pathlib.Path(folder).glob("*.log")):
                print(f"--- {log.name}\n" + "\n".join(log.read_text().splitlines()[-15:]), file=sys.stderr)
            raise
        finally:
            live.stop()


main(*sys.argv[1:])
