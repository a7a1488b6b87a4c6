"""The image and the compose file, as far as they can be looked at without a Docker engine."""

import json
import os
import re

import settings
from common import NODE_MODULES, ROOT, Trouble, documents, run

DOCKERFILE = ROOT / "deploy/Dockerfile"
COMPOSE = ROOT / "deploy/compose.yaml"
# What gcr.io/distroless/cc-debian12 has: the C library of Debian 12, and libgcc.
BASE_LIBRARIES = {"libc.so.6", "libm.so.6", "libgcc_s.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1"}


def context():
    """What of the repository a build sees."""
    kept = []
    for line in DOCKERFILE.with_suffix(".dockerignore").read_text().splitlines():
        if line.startswith("!"):
            kept.append(line[1:])
    return kept


def dockerfile():
    run("hadolint", str(DOCKERFILE))
    text = DOCKERFILE.read_text()
    kept = context()
    for path in kept:
        if not (ROOT / path).exists():
            yield f"the build's context lists {path}, which is not there"
    tracked = run("git", "ls-files").splitlines()
    seen = [path for path in tracked if any(path == one or path.startswith(one + "/") for one in kept)]
    for source in re.findall(r"^COPY (?!--from)(\S+) ", text, re.M):
        if source != "." and source not in seen:
            yield f"the Dockerfile copies {source}, which the context does not have"
    # Everything that is compiled in has to be there.
    for path in seen:
        if path.endswith(".rs") and "/tests/" not in path:
            for included in re.findall(r'include_(?:str|bytes)!\(\s*"([^"]+)"', (ROOT / path).read_text()):
                target = os.path.normpath(os.path.join(os.path.dirname(path), included))
                if target not in seen:
                    yield f"{path} includes {target}, which the context does not have"
    metadata = json.loads(run("cargo", "metadata", "--format-version", "1", "--no-deps", "--offline"))
    binaries = {target["name"] for package in metadata["packages"] for target in package["targets"] if "bin" in target["kind"]}
    for package in metadata["packages"]:
        manifest = os.path.relpath(package["manifest_path"], ROOT)
        if manifest not in seen:
            yield f"the member {manifest} of the workspace is not in the context"
    for binary in re.findall(r"--bin (\S+)", text):
        if binary not in binaries:
            yield f"the Dockerfile builds {binary}, which no package has"
    pinned = re.search(r'channel = "([\d.]+)"', (ROOT / "rust-toolchain.toml").read_text()).group(1)
    image = re.search(r"FROM rust:([\d.]+)", text).group(1)
    if not pinned.startswith(image):
        yield f"the Dockerfile builds with Rust {image}, the repository with {pinned}"
    last = text[text.rindex("FROM "):]
    if "USER 65532:65532" not in last or re.search(r"^RUN", last, re.M):
        yield "the last stage of the Dockerfile runs as root, or needs a shell"


def libraries():
    """Whether the base image has what our programs load. The build's Debian is the base's, so a local build tells."""
    looked = 0
    for binary in ("gateway", "planner", "dialer", "notifier", "simulator"):
        path = ROOT / f"target/debug/callcow-{binary}"
        if path.exists():
            looked += 1
            for library in re.findall(r"NEEDED.*\[(.*?)\]", run("readelf", "--dynamic", str(path))):
                if library not in BASE_LIBRARIES:
                    yield f"callcow-{binary} needs {library}, which the base image lacks"
    if looked < 5:
        yield f"only {looked} of 5 programs are built: `cargo build --workspace --bins` first"


def compose():
    run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE))
    file = documents(COMPOSE.read_text())[0]
    read = settings.read_by_source()
    for name, service in file["services"].items():
        sources = [COMPOSE.parent / path.split(":")[0] for path in service.get("volumes", []) if path.startswith("./")]
        sources += [COMPOSE.parent / path for path in service.get("env_file", [])]
        for source in sources:
            if not source.exists():
                yield f"compose: {name} wants {source.relative_to(ROOT)}, which is not there"
        for volume in service.get("volumes", []):
            if not volume.startswith("./") and volume.split(":")[0] not in file["volumes"]:
                yield f"compose: {name} wants a volume {volume} that nobody declares"
        if not re.search(r":[\w.-]*\d", service["image"]):
            yield f"compose: the image of {name} has no version"
        for port in service.get("ports", []):
            if not port.startswith("127.0.0.1:"):
                yield f"compose: {name} is open to the network at {port}"
        if name in read:
            given = set(service["environment"])
            for path in service.get("env_file", []):
                given |= settings.parse(COMPOSE.parent / path)[0].keys()
            for setting in sorted(given - read[name].keys() - settings.LIBRARIES.keys()):
                yield f"compose: {name} is given {setting}, which it does not read"
            for setting in {"NATS_URL", "DATABASE_URL", "SEAL_KEYS"} & read[name].keys() - given:
                yield f"compose: {name} lacks {setting}"


def kept(policies):
    """What the collector keeps traces for, somebody tells it; and a slow turn is what the alert about slow turns says."""
    sources = "\n".join((ROOT / path).read_text() for path in run("git", "ls-files", "--cached", "--others", "--exclude-standard", "*/src/*.rs").splitlines())
    least = {policy["name"]: policy["numeric_attribute"] for policy in policies if policy["type"] == "numeric_attribute"}
    for name, asked in least.items():
        if f'record("{asked["key"]}"' not in sources:
            yield f"collector: nobody records {asked['key']}, which the policy {name} asks for"
    promised = re.search(r"turn_seconds:p95_10m > ([\d.]+)", (ROOT / "deploy/monitoring/rules.yaml").read_text())
    if least["slow-turn"]["min_value"] != 1000 * float(promised.group(1)):
        yield f"collector: a turn is slow from {least['slow-turn']['min_value']} ms, and the alert AnswersSlow says {promised.group(1)} s"


def telemetry():
    """The collector's pipelines and the addresses of the others lead to what the compose file has."""
    services = documents(COMPOSE.read_text())[0]["services"]
    folder = ROOT / "deploy/monitoring"
    collector = documents((folder / "collector/collector.yaml").read_text())[0]
    for name, pipeline in collector["service"]["pipelines"].items():
        for kind, used in pipeline.items():
            for one in set(used) - collector[kind].keys():
                yield f"collector: the pipeline {name} names {one}, which is no one of its {kind}"
    yield from kept(collector["processors"]["tail_sampling"]["policies"])
    addresses = [exporter["endpoint"] for exporter in collector["exporters"].values()]
    for job in documents((folder / "prometheus/prometheus.yaml").read_text())[0]["scrape_configs"]:
        for target in (target for static in job["static_configs"] for target in static["targets"]):
            addresses.append(target)
            listen = settings.parse(ROOT / f"deploy/kubernetes/base/settings/{target.split(':')[0]}.env")[0]["LISTEN"]
            if listen.split(":")[1] != target.split(":")[1]:
                yield f"prometheus: {target} is not where it listens: {listen}"
    for source in documents((folder / "grafana/datasources/datasources.yaml").read_text())[0]["datasources"]:
        addresses.append(source["url"].removeprefix("http://"))
    for address in addresses:
        if address.split(":")[0] not in services:
            yield f"compose: nobody is called {address}"


def check():
    if not NODE_MODULES.exists():
        raise Trouble("the tools are not there")
    troubles = [*dockerfile(), *libraries(), *compose(), *telemetry()]
    services = len(documents(COMPOSE.read_text())[0]["services"])
    return troubles, f"image: Dockerfile clean, what it copies and includes is there, 5 programs load only what its base has; compose: valid, {services} services"
