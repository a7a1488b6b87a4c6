"""What the parts of the check share."""

import os
import pathlib
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
KUBERNETES = ROOT / "deploy/kubernetes"
OVERLAYS = ("small", "production")
SERVICES = ("gateway", "planner", "dialer", "notifier")
NODE_MODULES = pathlib.Path(os.environ["NODE_MODULES"])


class Trouble(Exception):
    """Something does not hold, and the rest can't be looked at."""


def run(*command, **more):
    """The output of a command; a trouble with all that it said when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, **more)
    if done.returncode:
        raise Trouble(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


class Text(yaml.SafeLoader):
    """Values of resources as the API server sees them; a date stays a text."""


Text.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def documents(text):
    return [document for document in yaml.load_all(text, Loader=Text) if document]
