"""Resources of operators, against the types and schemas that were generated from their definitions: TypeScript refuses a
field that is none, and the schemas a value that is none."""

import json
import pathlib
import tempfile

from common import NODE_MODULES, Trouble, run

PACKAGES = {
    "keda.sh": "keda",
    "gateway.networking.k8s.io": "gateway-api",
    "external-secrets.io": "external-secrets",
    "monitoring.coreos.com": "prometheus-operator",
}
# No registry has its definition; manifests.py looks at what matters.
WITHOUT = {"postgresql.cnpg.io"}


def check(resources):
    lines, imports, seen, without = [], set(), 0, 0
    for one in resources:
        group, _, version = one["apiVersion"].rpartition("/")
        if group in WITHOUT:
            without += 1
        if group not in PACKAGES:
            continue
        kind = one["kind"]
        imports.add(f'import {{ {kind} }} from "@kubernetes-models/{PACKAGES[group]}/{group}/{version}/{kind}";')
        fields = {name: value for name, value in one.items() if name not in ("apiVersion", "kind")}
        lines.append(f"new {kind}({json.dumps(fields)}).validate();")
        seen += 1
    if seen < 10:
        raise Trouble(f"only {seen} resources of operators were found")
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder, "resources.ts")
        source.write_text("\n".join([*sorted(imports), *lines]) + "\n")
        pathlib.Path(folder, "package.json").write_text('{"type": "module"}')
        pathlib.Path(folder, "node_modules").symlink_to(NODE_MODULES)
        options = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"]
        run(str(NODE_MODULES / ".bin/tsc"), *options, str(source))
        run("node", str(source.with_suffix(".js")))
    return [], f"operators' resources: {seen} valid by types and schemas, {without} without a public schema"
