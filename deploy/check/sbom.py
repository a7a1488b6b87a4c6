"""The list of what the programs of the image are made of: it is CycloneDX, and names every crate that is linked, as Cargo.lock has it."""

import json
import pathlib
import re
import shutil
import tempfile
import tomllib

import cyclonedx.schema
import jsonschema_rs

from common import ROOT, Trouble, run

PROGRAMS = ("gateway", "planner", "dialer", "notifier", "simulator")
SCRIPT = "deploy/sbom.sh"


def validator():
    """Of the schemas that come with CycloneDX's own library; its validator would take minutes for five lists."""
    folder = pathlib.Path(cyclonedx.schema.__file__).parent / "_res"
    read = {name: json.loads((folder / f"{name}.SNAPSHOT.schema.json").read_text()) for name in ("bom-1.5", "spdx", "jsf-0.82")}
    # The names by which they speak of each other.
    registry = jsonschema_rs.Registry([(f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json", schema) for name, schema in read.items()])
    return jsonschema_rs.validator_for(read["bom-1.5"], registry=registry)


def written(folder):
    """As the Dockerfile does, in a copy of what is built: the tool puts its files beside the manifests."""
    copy, out = folder / "source", folder / "sbom"
    for path in run("git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines():
        if (ROOT / path).is_file() and (path.endswith((".rs", ".toml", ".proto", ".sh", "Cargo.lock"))):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, copy / path)
    run(str(copy / SCRIPT), str(out))
    return {path.name.removesuffix(".cdx.json").removeprefix("callcow-"): path.read_text() for path in out.glob("*.json")}


def linked(program):
    """What cargo links into a program, and runs to build it: name and version."""
    tree = run("cargo", "tree", "--locked", "--offline", "--package", program, "--edges", "normal,build", "--prefix", "none", "--format", "{p}")
    return {tuple(re.match(r"(\S+) v(\S+)", line).groups()) for line in tree.splitlines() if line.strip()}


def check():
    locked = {(crate["name"], crate["version"]): crate.get("checksum") for crate in tomllib.loads((ROOT / "Cargo.lock").read_text())["package"]}
    valid = validator()
    troubles, counts = [], []
    with tempfile.TemporaryDirectory() as folder:
        found = written(pathlib.Path(folder))
    if set(found) != set(PROGRAMS):
        raise Trouble(f"sbom: lists of {sorted(found)} were written, and not of {sorted(PROGRAMS)}")
    for program, text in sorted(found.items()):
        listed = json.loads(text)
        if wrong := next(valid.iter_errors(listed), None):
            troubles.append(f"sbom: {program} is not valid CycloneDX 1.5: {wrong.instance_path}: {wrong.message[:200]}")
        named = {(one["name"], one["version"]): one for one in [*listed["components"], listed["metadata"]["component"]]}
        needed = linked(program)
        # Its own crate is what the list is about, under the name of the program.
        if missing := sorted(one for one in needed - named.keys() if one[0] != program):
            troubles.append(f"sbom: {program} links {missing}, which its list lacks")
        for crate, one in named.items():
            if crate not in locked and crate[0] != f"callcow-{program}":
                troubles.append(f"sbom: {program} lists {crate}, which Cargo.lock does not have")
            elif checksum := locked.get(crate):
                if checksum not in [one["content"] for one in one.get("hashes", [])]:
                    troubles.append(f"sbom: {program} lists {crate} without the checksum of Cargo.lock")
        counts.append(f"{program} {len(listed['components'])}")
    return troubles, f"sbom: valid CycloneDX 1.5, with every crate that is linked and its checksum: {', '.join(counts)}"
