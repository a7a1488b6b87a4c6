"""Rules and dashboards: they parse, they were tried, everything that they are made of exists, and each alert has a page."""

import json
import re
import tempfile

import yaml

import dashboards
from common import ROOT, Trouble, documents, run

FOLDER = ROOT / "deploy/monitoring"
RUNBOOKS = ROOT / "deploy/runbooks"
OPERATOR = FOLDER / "prometheus-rule.yaml"
# Every page says all of these.
CHAPTERS = ["## What it means", "## How to see", "## What to do", "## How to know it is over"]
WORDS = {"by", "without", "on", "ignoring", "group_left", "group_right", "and", "or", "unless", "offset", "bool", "le", "inf"}


def rules():
    return [rule for group in documents((FOLDER / "rules.yaml").read_text())[0]["groups"] for rule in group["rules"]]


def operators_rule():
    """The same rules as the Prometheus operator wants them."""
    groups = documents((FOLDER / "rules.yaml").read_text())[0]["groups"]
    resource = {"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": {"name": "callcow"}, "spec": {"groups": groups}}
    return "# Made from rules.yaml by `deploy/check/run.sh generate`.\n" + yaml.dump(resource, sort_keys=False, width=120)


def expressions():
    """Every expression of rules and dashboards, with where it stands."""
    for rule in rules():
        yield f"rules.yaml: {rule.get('alert') or rule['record']}", rule["expr"]
    for path in sorted(dashboards.FOLDER.glob("*.json")):
        for one in json.loads(path.read_text())["panels"]:
            for target in one.get("targets", []):
                if one["datasource"]["type"] == "prometheus":
                    yield f"{path.name}: {one['title']}", target["expr"]


def names(expression):
    """The metrics of an expression, with the labels that it asks of each."""
    bare = re.sub(r"\[[^\]]*\]", "", expression)
    found = {}
    for name, selector in re.findall(r"([a-zA-Z_:][\w:]*)\s*(\{[^}]*\})?(?!\w*\s*\()", re.sub(r'\b(?:by|without|on|ignoring)\s*\([^)]*\)', "", bare)):
        if name in WORDS or re.search(rf"\b{name}\s*\(", bare) and not selector or re.fullmatch(r"\d.*", name):
            continue
        found.setdefault(name, set()).update(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", re.sub(r'"[^"]*"', '""', selector)))
    strings = set(re.findall(r"\w+", " ".join(re.findall(r'"([^"]*)"', bare))))
    return {name: labels for name, labels in found.items() if name not in strings}


def grouped(expression):
    return {label.strip() for group in re.findall(r"\bby\s*\(([^)]*)\)", expression) for label in group.split(",")} - {"le", ""}


def parse():
    """As recording rules, because promtool reads those."""
    checked = list(expressions())
    written = {"groups": [{"name": "all", "rules": [{"record": f"check:{index}", "expr": expr} for index, (_, expr) in enumerate(checked)]}]}
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        yaml.dump(written, file)
        file.flush()
        run("promtool", "check", "rules", "--lint=none", file.name)
    return len(checked)


def tried():
    """Each alert has a case in which it comes and one in which it does not."""
    run("promtool", "check", "rules", str(FOLDER / "rules.yaml"))
    run("promtool", "check", "config", "--syntax-only", str(FOLDER / "prometheus/prometheus.yaml"))
    run("promtool", "test", "rules", str(FOLDER / "rules-test.yaml"))
    cases = [case for test in documents((FOLDER / "rules-test.yaml").read_text())[0]["tests"] for case in test["alert_rule_test"]]
    for rule in rules():
        if alert := rule.get("alert"):
            comes = [bool(case.get("exp_alerts")) for case in cases if case["alertname"] == alert]
            if not {True, False} <= set(comes):
                yield f"the alert {alert} is not tried both ways"


def pages():
    used = set()
    for rule in rules():
        if alert := rule.get("alert"):
            page = rule["annotations"]["runbook"]
            used.add(page)
            text = (RUNBOOKS / page).read_text() if (RUNBOOKS / page).exists() else ""
            if alert not in text or any(chapter not in text for chapter in CHAPTERS):
                yield f"deploy/runbooks/{page} is not there, does not name {alert}, or lacks one of {CHAPTERS}"
    for path in RUNBOOKS.glob("*.md"):
        if path.name != "README.md" and path.name not in used:
            yield f"deploy/runbooks/{path.name} belongs to no alert"


def fresh():
    for name, content in dashboards.files().items():
        path = dashboards.FOLDER / name
        if not path.exists() or path.read_text() != content:
            yield f"{path.relative_to(ROOT)} is not what deploy/check/dashboards.py says: run deploy/check/run.sh generate"
    if not OPERATOR.exists() or OPERATOR.read_text() != operators_rule():
        yield "deploy/monitoring/prometheus-rule.yaml is not what rules.yaml says: run deploy/check/run.sh generate"


def generate():
    dashboards.generate()
    OPERATOR.write_text(operators_rule())


def exist(live, scaled):
    """What is asked for is on /metrics of a running system. `up` and labels of the scrape are Prometheus' own."""
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    asked = set()
    for where, expression in [*expressions(), *scaled]:
        found = names(expression)
        for name, labels in found.items():
            if name in recorded:
                continue
            asked.add(name)
            if name not in live:
                yield f"{where}: no process has a metric {name}"
            elif missing := labels - set(live[name]) - {"namespace", "instance", "job"}:
                yield f"{where}: {name} has no label {', '.join(missing)}"
        known = {label for name in found for label in live.get(name, [])} | {"instance"}
        if not any(name in recorded for name in found) and (missing := grouped(expression) - known):
            yield f"{where}: nothing there has a label {', '.join(missing)}"
    if len(asked) < 30:
        raise Trouble(f"only {len(asked)} metrics were found in the expressions")


def check():
    troubles = [*fresh(), *tried(), *pages()]
    parsed = parse()
    alerts = sum("alert" in rule for rule in rules())
    return troubles, f"monitoring: {alerts} alerts tried both ways, each with a runbook; {parsed} expressions parse; {len(dashboards.files())} dashboards"
