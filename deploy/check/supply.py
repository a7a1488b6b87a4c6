"""What we build on, by deny.toml: its licences, what we keep out, where it comes from; and advisories where they are known."""

import os
import pathlib

from common import run


def check():
    run("cargo-deny", "check", "licenses", "bans", "sources")
    known = pathlib.Path(os.environ.get("CARGO_HOME", pathlib.Path.home() / ".cargo"), "advisory-dbs")
    if known.exists():
        run("cargo-deny", "--offline", "check", "advisories")
        return [], "supply: licences, bans, sources and advisories are as deny.toml wants them"
    return [], "supply: licences, bans and sources are as deny.toml wants them; advisories SKIPPED, their database is not on this machine"
