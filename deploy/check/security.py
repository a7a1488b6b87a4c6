"""SECURITY.md: each test that it names is there."""

import re

from common import ROOT, Trouble, run


def check():
    text = (ROOT / "SECURITY.md").read_text()
    named = {name for name in re.findall(r"`([a-z0-9_]+)`", text) if name.count("_") >= 3}
    sources = [path for path in run("git", "ls-files", "--cached", "--others", "--exclude-standard", "*.rs").splitlines()]
    there = set(re.findall(r"\bfn ([a-z0-9_]+)", "\n".join((ROOT / path).read_text() for path in sources)))
    files = {path for path in re.findall(r"`([\w./-]+/[\w.-]+)`", text)}
    troubles = [f"SECURITY.md names the test {name}, which is not there" for name in sorted(named - there)]
    troubles += [f"SECURITY.md names {path}, which is not there" for path in sorted(files) if not (ROOT / path).exists()]
    if len(named) < 20:
        raise Trouble("SECURITY.md names hardly any test")
    return troubles, f"security: {len(named)} tests and {len(files)} files that SECURITY.md names are there"
