"""The last line of the check: how many examples were judged, and how many checks failed. Too few examples are a failure."""

import json
import sys

EXAMPLES_MIN = 2000

examples = failures = 0
checks = set()
with open(sys.argv[1], encoding="utf-8") as events:
    for line in events:
        recorder = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        examples += len(recorder.get("interactions", {}))
        for judged in recorder.get("checks", {}).values():
            checks.update(check["name"] for check in judged)
            failures += sum(check["status"] != "success" for check in judged)
print(f"Checks that judged: {', '.join(sorted(checks))}")
print(f"{examples} examples, {failures} failures")
sys.exit(failures > 0 or examples < EXAMPLES_MIN)
