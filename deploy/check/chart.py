"""The Helm chart: made from the rendered overlays, and held to them.

`generate` writes it; the check makes it again, compares byte by byte, renders it with Helm's own program and compares what
comes out with the overlays, resource by resource.
"""

import copy
import json
import pathlib
import re
import shutil
import tempfile

import yaml

from common import OVERLAYS, ROOT, SERVICES, documents, run

CHART = ROOT / "deploy/helm/callcow"
VERSION = "0.1.0"
SETTINGS = ("bus", *SERVICES)
HASH = re.compile(r"-[bcdfghkmt2456789]{10}$")
# Stands for a template in a resource until it is text.
HOLE = "HOLE-{}-ELOH"


def unhashed(value, names):
    """Kustomize ends the names of ConfigMaps with a hash of what is in them; the chart has an annotation instead."""
    if isinstance(value, dict):
        return {key: unhashed(item, names) for key, item in value.items()}
    if isinstance(value, list):
        return [unhashed(item, names) for item in value]
    return names.get(value, value) if isinstance(value, str) else value


def plain(resources):
    """Without what the chart leaves to Helm: the namespace, and the hashes in names."""
    hashed = {one["metadata"]["name"] for one in resources if one["kind"] == "ConfigMap"}
    names = {name: HASH.sub("", name) for name in hashed}
    kept = {}
    for one in resources:
        if one["kind"] == "Namespace":
            continue
        one = unhashed(copy.deepcopy(one), names)
        one["metadata"].pop("namespace", None)
        kept[one["kind"], one["metadata"]["name"]] = one
    return kept


def opened(resource):
    """The same resource with the values of the chart where it has some."""
    one = copy.deepcopy(resource)
    kind, name = one["kind"], one["metadata"]["name"]
    service = name.removeprefix("callcow-")
    template = one.get("spec", {}).get("template", {}) if kind in ("Deployment", "Job", "StatefulSet") else {}
    for container in template.get("spec", {}).get("containers", []) + template.get("spec", {}).get("initContainers", []):
        if container["image"] == f"registry.example.com/callcow:{VERSION}":
            container["image"] = HOLE.format("{{ .Values.image.repository }}:{{ .Values.image.tag }}")
    if kind == "Deployment" and name in SERVICES:
        if "replicas" in one["spec"]:
            one["spec"]["replicas"] = HOLE.format("{{ .Values.replicas }}")
        template["metadata"].setdefault("annotations", {})["checksum/settings"] = HOLE.format("{{ printf \"%s %s\" .Chart.Version (toJson .Values.settings) | sha256sum }}")
        container = template["spec"]["containers"][0]
        container["resources"] = HOLE.format(f"{{{{ toJson (mergeOverwrite (fromJson `{json.dumps(container['resources'])}`) (default dict (index .Values.resources `{name}`))) }}}}")
    if kind == "ConfigMap" and service in SETTINGS:
        one["data"] = HOLE.format(f"{{{{ toJson (mergeOverwrite (fromJson `{json.dumps(one['data'])}`) (default dict .Values.settings.{service})) }}}}")
    if kind == "Job":
        one["metadata"].setdefault("annotations", {}).update({"helm.sh/hook": "pre-upgrade", "helm.sh/hook-delete-policy": "before-hook-creation"})
    if kind in ("HTTPRoute", "GRPCRoute"):
        host = "calls" if name == "carrier" else "api"
        one["spec"]["hostnames"] = [HOLE.format(f"{{{{ .Values.hosts.{host} }}}}")]
        one["spec"]["parentRefs"] = HOLE.format("{{ toJson .Values.routeParents }}")
    return one


def text(resource):
    """As YAML, with the braces of others escaped and our own opened."""
    dumped = yaml.dump(opened(resource), sort_keys=True, width=100_000, allow_unicode=True)
    holes = []

    def keep(match):
        holes.append(match.group(1).replace("''", "'"))
        return f"\0{len(holes) - 1}\0"

    dumped = re.sub(r"'?HOLE-(.*?)-ELOH'?", keep, dumped)
    dumped = re.sub(r"\{\{|\}\}", lambda braces: '{{ "%s" }}' % braces.group(0), dumped)
    dumped = dumped.replace("callcow.svc", "{{ .Release.Namespace }}.svc").replace('namespace="callcow"', 'namespace="{{ .Release.Namespace }}"')
    return re.sub("\0(\\d+)\0", lambda hole: holes[int(hole.group(1))], dumped)


def files(rendered):
    """Every file of the chart, by its path in it."""
    kept = {overlay: plain(resources) for overlay, resources in rendered.items()}
    small, production = (kept[overlay] for overlay in OVERLAYS)
    written = {}
    parts = {
        "common": [one for key, one in small.items() if production.get(key) == one],
        "small": [one for key, one in small.items() if production.get(key) != one],
        "production": [one for key, one in production.items() if small.get(key) != one],
    }
    note = "{{- /* Made from deploy/kubernetes by `deploy/check/run.sh generate`: change it there. */}}\n"
    for part, resources in parts.items():
        body = ""
        for one in resources:
            piece = "---\n" + text(one)
            body += "{{- if .Values.placeholderSecrets }}\n" + piece + "{{- end }}\n" if one["kind"] == "Secret" else piece
        written[f"templates/{part}.yaml"] = note + (body if part == "common" else f'{{{{- if eq .Values.size "{part}" }}}}\n{body}{{{{- end }}}}\n')
    written["Chart.yaml"] = yaml.dump(
        {"apiVersion": "v2", "name": "callcow", "version": VERSION, "appVersion": VERSION, "type": "application",
         "description": "Lets a software agent make a phone call with one HTTP request", "kubeVersion": ">=1.30.0-0"}, sort_keys=False)
    written["values.yaml"] = VALUES
    written["values.schema.json"] = json.dumps(SCHEMA, indent=2) + "\n"
    written["templates/NOTES.txt"] = NOTES
    return written


VALUES = f"""\
# What the overlays of deploy/kubernetes are: "production" wants the operators that its kustomization names, "small" none.
size: production
image: {{repository: registry.example.com/callcow, tag: "{VERSION}"}}
# Copies of each service, where no scaler decides: size small.
replicas: 1
# Over what deploy/kubernetes/base/settings says, by service; `bus` is what all of them read. The names are those there.
settings: {{bus: {{}}, gateway: {{}}, planner: {{}}, dialer: {{}}, notifier: {{}}}}
# Over what the manifests request and limit, by service.
resources: {{}}
# Size production: the names by which agents and the carrier reach it (DIALER_PUBLIC_URL is https and the second one).
hosts: {{api: api.example.com, calls: calls.example.com}}
routeParents: [{{name: public, namespace: gateways, sectionName: https}}]
# Size small: secrets full of CHANGE_ME, to see their shape. Without it you make them: deploy/kubernetes/overlays/small/secrets.yaml.
placeholderSecrets: false
"""

OBJECT = {"type": "object"}
TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}
SCHEMA = {
    "$schema": "https://json-schema.org/draft-07/schema#",
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "size": {"enum": list(OVERLAYS)},
        "image": {"type": "object", "required": ["repository", "tag"], "additionalProperties": False,
                  "properties": {"repository": {"type": "string"}, "tag": {"type": "string"}}},
        "replicas": {"type": "integer", "minimum": 1},
        "settings": {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(SETTINGS, TEXTS)},
        "resources": {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(SERVICES, OBJECT)},
        "hosts": {"type": "object", "additionalProperties": False, "properties": {"api": {"type": "string"}, "calls": {"type": "string"}}},
        "routeParents": {"type": "array", "items": OBJECT},
        "placeholderSecrets": {"type": "boolean"},
        "global": OBJECT,
    },
}

NOTES = """\
CallCow ({{ .Values.size }}) is in the namespace {{ .Release.Namespace }}. The first organization, its key and its number:

  kubectl --namespace {{ .Release.Namespace }} exec deploy/gateway -- callcow-gateway admin org create --name "Acme"
"""


def generate(rendered):
    shutil.rmtree(CHART, ignore_errors=True)
    for path, content in files(rendered).items():
        target = CHART / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)


def check(rendered):
    troubles, same = [], 0
    wanted = files(rendered)
    there = {str(path.relative_to(CHART)): path.read_text() for path in CHART.rglob("*") if path.is_file()}
    for path in sorted(wanted.keys() | there.keys()):
        if wanted.get(path) != there.get(path):
            troubles.append(f"deploy/helm/callcow/{path} is not what the manifests say: run deploy/check/run.sh generate")
    if troubles:
        return troubles, "chart: not looked at"
    run("helm", "lint", "--strict", "--quiet", str(CHART))
    for overlay, resources in rendered.items():
        arguments = ["--namespace", "callcow", "--set", f"size={overlay},placeholderSecrets=true", "--kube-version", "1.37.0"]
        made = plain(documents(run("helm", "template", "callcow", str(CHART), *arguments)))
        for (kind, name), one in made.items():
            one["metadata"].get("annotations", {}).pop("helm.sh/hook", None)
            one["metadata"].get("annotations", {}).pop("helm.sh/hook-delete-policy", None)
            annotations = one.get("spec", {}).get("template", {}).get("metadata", {}).get("annotations", {}) if kind == "Deployment" else {}
            annotations.pop("checksum/settings", None)
            for holder in (one["metadata"], one.get("spec", {}).get("template", {}).get("metadata", {}) if kind == "Deployment" else {}):
                if holder.get("annotations") == {}:
                    del holder["annotations"]
        truth = plain(resources)
        for key in sorted(truth.keys() | made.keys()):
            if truth.get(key) != made.get(key):
                troubles.append(f"chart, size {overlay}: {' '.join(key)} is not what the overlay has")
            same += 1
    troubles += values_matter()
    return troubles, f"chart: lint clean, {same} resources in two sizes equal to those of the overlays"


def values_matter():
    """A value changes what it is for, and a value that is none is refused."""
    with tempfile.TemporaryDirectory() as folder:
        values = pathlib.Path(folder, "values.yaml")
        values.write_text("size: small\nimage: {repository: here/cow, tag: '7'}\nreplicas: 3\nsettings: {gateway: {RATE_LIMIT: '5'}}\nresources: {dialer: {limits: {memory: 1Gi}}}\n")
        made = {(one["kind"], one["metadata"]["name"]): one for one in documents(run("helm", "template", "cow", str(CHART), "--values", str(values)))}
        dialer = made["Deployment", "dialer"]["spec"]
        container = dialer["template"]["spec"]["containers"][0]
        seen = (container["image"], dialer["replicas"], container["resources"]["limits"]["memory"], made["ConfigMap", "callcow-gateway"]["data"].get("RATE_LIMIT"))
        if seen != ("here/cow:7", 3, "1Gi", "5"):
            yield f"chart: its values do not do what they say: {seen}"
        if ("Secret", "callcow-gateway") in made:
            yield "chart: secrets are made that nobody asked for"
    try:
        run("helm", "template", "cow", str(CHART), "--set", "replica=3")
    except Exception:
        return
    yield "chart: a value that is none is not refused"
