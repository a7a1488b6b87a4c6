"""Runs every part, says what does not hold, and prints the counts last."""

import json
import sys
import tempfile

import chart
import image
import manifests
import migrations
import monitoring
import operators
import sbom
import security
import settings
import supply
from common import ROOT, Trouble, run


def live(rendered, environments):
    """A running system: who may do what there, and the metrics that it has."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as given, tempfile.NamedTemporaryFile(suffix=".json") as told:
        plain = {name: {key: value for key, value in env.items() if value != "(secret)"} for name, env in environments["small"].items()}
        json.dump(plain, given)
        given.flush()
        run(str(ROOT / "target/debug/callcow-stack"), "with-servers", "--", sys.executable, str(ROOT / "deploy/check/live.py"), given.name, told.name)
        found = json.load(open(told.name))
    scaled = []
    for resource in rendered["production"]:
        if resource["kind"] == "ScaledObject":
            queries = (trigger["metadata"].get("query") for trigger in resource["spec"]["triggers"])
            scaled += [(f"scaler {resource['metadata']['name']}", query) for query in queries if query]
    troubles = [*found["troubles"], *monitoring.exist(found["metrics"], scaled)]
    return troubles, (
        f"live: a call went from the request to its callback; 9 looks at rows and {found['tried']} at NATS went as they should, and TLS with the right authority only; "
        f"{len(found['metrics'])} metrics, all that the expressions ask for among them"
    )


def main(generate, offline):
    troubles, counts = [], []

    def note(checked):
        troubles.extend(checked[0])
        counts.append(checked[1])

    try:
        if generate:
            monitoring.generate()
        found, said, rendered, environments = manifests.check()
        troubles.extend(found)
        counts.extend(said)
        if generate:
            chart.generate(rendered)
        note(operators.check(rendered["production"]))
        note(chart.check(rendered))
        note(settings.check(environments))
        note(migrations.check())
        note(image.check())
        note(monitoring.check())
        note(security.check())
        note(supply.check())
        note(sbom.check())
        if offline:
            counts.append("live: SKIPPED")
        else:
            note(live(rendered, environments))
    except Trouble as trouble:
        troubles.append(str(trouble))
    for trouble in troubles:
        print(f"WRONG  {trouble}")
    for count in counts:
        print(f"  {count}")
    print(f"check-deploy: {len(troubles)} wrong")
    return 1 if troubles else 0


sys.exit(main("generate" in sys.argv, "offline" in sys.argv))
