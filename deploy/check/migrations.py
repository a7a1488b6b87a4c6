"""Migrations that the version before survives: it runs on while they are applied, and after them until it is replaced."""

import re

from common import ROOT, Trouble

# What takes away something that the version before may use, or demands something that it does not write. A default, or a
# column that may be null, demands nothing. Take away one version later, in a migration that says `-- unused since` and what.
TAKES_AWAY = [
    r"DROP\s+(TABLE|SCHEMA|TYPE|COLUMN|FUNCTION)",
    r"\bRENAME\b",
    r"ALTER\s+COLUMN\s+\w+\s+(SET\s+DATA\s+)?TYPE",
    r"SET\s+NOT\s+NULL",
    r"ADD\s+COLUMN\s+\w+\s+[^,;]*NOT\s+NULL[^,;]*",
]


def demands(statement):
    for pattern in TAKES_AWAY:
        for found in re.finditer(pattern, statement, re.I):
            if "DEFAULT" not in found.group(0).upper():
                yield found.group(0).strip()


def check():
    troubles, seen = [], 0
    for path in sorted(ROOT.glob("*/migrations/*.sql")):
        seen += 1
        text = path.read_text()
        bare = re.sub(r"--.*", "", text)
        if path.name.startswith("0001_") or "-- unused since" in text:
            continue
        for found in demands(bare):
            troubles.append(f"{path.relative_to(ROOT)}: the version before does not survive `{' '.join(found.split())}`")
    if seen < 9:
        raise Trouble(f"only {seen} migrations were found")
    return troubles, f"migrations: {seen}, none takes away what the version before uses"
