"""The rendered overlays: valid, whole, and true to what their comments promise."""

import os
import re
import shutil
import tempfile

import settings
from common import KUBERNETES, OVERLAYS, ROOT, SERVICES, Trouble, documents, run

# After the drain: what is left to tell, two hard stops, and the last spans (proto/runtime, LAST_GRACE and FLUSH).
AFTER_DRAIN = 5 + 2 + 2 + 5
# Kinds whose schemas no registry that we know has; `cluster` below looks at what matters.
WITHOUT_SCHEMA = {"Cluster"}


def render(overlay):
    return run("kubectl", "kustomize", str(KUBERNETES / "overlays" / overlay))


def is_core(resource):
    group = resource["apiVersion"].split("/")[0] if "/" in resource["apiVersion"] else ""
    return "." not in group or group.endswith(".k8s.io") and not group.startswith("gateway.")


def validate(text, what):
    """Against the schemas of Kubernetes itself; fields that it does not know are refused."""
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(text)
        file.flush()
        run("kubernetes-validate", "--strict", "--no-warn", "--quiet", file.name)
    return len([one for one in documents(text) if is_core(one)])


def pods(resources):
    """Everything that has pods, with their template."""
    for resource in resources:
        template = resource.get("spec", {}).get("template")
        if resource["kind"] in ("Deployment", "StatefulSet", "Job") and template:
            yield resource, template


def containers(template):
    return template["spec"].get("initContainers", []) + template["spec"]["containers"]


def by(resources, kind, name=None):
    found = [one for one in resources if one["kind"] == kind and name in (None, one["metadata"]["name"])]
    if name and not found:
        raise Trouble(f"there is no {kind} {name}")
    return found[0] if name else found


def environment(resources, deployment, secrets):
    """What the process of a deployment finds in its environment; secrets by their names alone."""
    given = {}
    maps = {one["metadata"]["name"]: one.get("data", {}) for one in by(resources, "ConfigMap")}
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    for source in container.get("envFrom", []):
        if "configMapRef" in source:
            given |= maps[source["configMapRef"]["name"]]
        else:
            given |= dict.fromkeys(secrets.get(source["secretRef"]["name"], ()), "(secret)")
    given |= {one["name"]: one.get("value", "(reference)") for one in container.get("env", [])}
    return given


def secrets_of(resources):
    """The keys of every secret that is made here or comes from a store."""
    secrets = {one["metadata"]["name"]: set(one.get("stringData", {}) | one.get("data", {})) for one in by(resources, "Secret")}
    for one in by(resources, "ExternalSecret"):
        made = one["spec"].get("target", {}).get("template", {}).get("data")
        secrets[one["metadata"]["name"]] = set(made or [item["secretKey"] for item in one["spec"]["data"]])
    for one in by(resources, "Cluster"):
        secrets[one["metadata"]["name"] + "-ca"] = {"ca.crt"}
    return secrets


def whole(resources):
    """Every name that is used is there."""
    secrets = secrets_of(resources)
    maps = {one["metadata"]["name"] for one in by(resources, "ConfigMap")}
    accounts = {one["metadata"]["name"] for one in by(resources, "ServiceAccount")}
    used = set()
    for resource, template in pods(resources):
        name, spec = resource["metadata"]["name"], template["spec"]
        if spec["serviceAccountName"] not in accounts:
            yield f"{name}: no service account {spec['serviceAccountName']}"
        selector = resource["spec"].get("selector", {}).get("matchLabels", {})
        if not selector.items() <= template["metadata"]["labels"].items():
            yield f"{name}: its selector does not find its own pods"
        references = [(s["configMapRef"]["name"], None) for c in containers(template) for s in c.get("envFrom", []) if "configMapRef" in s]
        references += [(v["configMap"]["name"], None) for v in spec.get("volumes", []) if "configMap" in v]
        references += [(s["configMap"]["name"], None) for v in spec.get("volumes", []) for s in v.get("projected", {}).get("sources", []) if "configMap" in s]
        for reference, _ in references:
            used.add(reference)
            if reference not in maps:
                yield f"{name}: no ConfigMap {reference}"
        wanted = [(s["secretRef"]["name"], None) for c in containers(template) for s in c.get("envFrom", []) if "secretRef" in s]
        wanted += [(e["valueFrom"]["secretKeyRef"]["name"], e["valueFrom"]["secretKeyRef"]["key"]) for c in containers(template) for e in c.get("env", []) if "secretKeyRef" in e.get("valueFrom", {})]
        wanted += [(v["secret"]["secretName"], i["key"]) for v in spec.get("volumes", []) if "secret" in v for i in v["secret"]["items"]]
        for secret, key in wanted:
            if secret not in secrets or key and key not in secrets[secret]:
                yield f"{name}: no secret {secret} with {key or 'anything'}"
        mounts = {m["name"] for c in containers(template) for m in c.get("volumeMounts", [])}
        volumes = {v["name"] for v in spec.get("volumes", [])} | {v["metadata"]["name"] for v in resource["spec"].get("volumeClaimTemplates", [])}
        if mounts != volumes:
            yield f"{name}: volumes {volumes} and mounts {mounts} differ"
    labels = [template["metadata"]["labels"] for _, template in pods(resources)]
    labels += [one["spec"]["inheritedMetadata"]["labels"] for one in by(resources, "Cluster")]
    names = {label["app.kubernetes.io/name"] for label in labels}
    ports = {port["name"] for _, template in pods(resources) for c in containers(template) for port in c.get("ports", [])}
    for service in by(resources, "Service"):
        if service["spec"]["selector"]["app.kubernetes.io/name"] not in names:
            yield f"service {service['metadata']['name']} selects nothing"
        for port in service["spec"]["ports"]:
            if port["targetPort"] not in ports:
                yield f"service {service['metadata']['name']}: no port {port['targetPort']}"
    for policy in by(resources, "NetworkPolicy"):
        text = str(policy["spec"])
        for named in re.findall(r"'app.kubernetes.io/name': '([\w-]+)'", text) + [n for values in re.findall(r"'values': \[(.*?)\]", text) for n in re.findall(r"'([\w-]+)'", values)]:
            if named not in names:
                yield f"network policy {policy['metadata']['name']}: no pods are called {named}"
    services = {(one["metadata"]["name"], port["port"]) for one in by(resources, "Service") for port in one["spec"]["ports"]}
    for route in by(resources, "HTTPRoute") + by(resources, "GRPCRoute"):
        for backend in (b for rule in route["spec"]["rules"] for b in rule["backendRefs"]):
            if (backend["name"], backend["port"]) not in services:
                yield f"route {route['metadata']['name']}: no service {backend['name']} with port {backend['port']}"


def careful(resources):
    """No pod may do more than it needs, and each says what it needs."""
    for resource, template in pods(resources):
        name, spec = resource["metadata"]["name"], template["spec"]
        if not spec["securityContext"]["runAsNonRoot"] or spec.get("automountServiceAccountToken") is not False:
            yield f"{name}: runs as root, or has a token of the Kubernetes API"
        for container in containers(template):
            context = container["securityContext"]
            if context["allowPrivilegeEscalation"] or not context["readOnlyRootFilesystem"] or context["capabilities"]["drop"] != ["ALL"]:
                yield f"{name}/{container['name']}: may do more than it needs"
            if not {"cpu", "memory"} <= container["resources"]["requests"].keys() or "memory" not in container["resources"]["limits"]:
                yield f"{name}/{container['name']}: does not say what it needs"
            if ":" not in container["image"] or container["image"].endswith(":latest"):
                yield f"{name}/{container['name']}: its image has no version"
    deny = by(resources, "NetworkPolicy", "default-deny")["spec"]
    if deny["podSelector"] != {} or set(deny["policyTypes"]) != {"Ingress", "Egress"} or "ingress" in deny or "egress" in deny:
        yield "default-deny lets something through"
    callbacks = str(by(resources, "NetworkPolicy", "callbacks"))
    for private in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8"):
        if f"'{private}'" not in callbacks:
            yield f"callbacks may reach {private}"


def patient(resources):
    """Each pod has the time that its process takes to stop, and probes that know the difference of live and ready."""
    secrets = secrets_of(resources)
    environments = {}
    for name in SERVICES:
        deployment = by(resources, "Deployment", name)
        given = environments[name] = environment(resources, deployment, secrets)
        spec = deployment["spec"]["template"]["spec"]
        container = spec["containers"][0]
        before = container["lifecycle"]["preStop"]["sleep"]["seconds"]
        needed = before + settings.seconds(given["DRAIN"]) + AFTER_DRAIN
        if spec["terminationGracePeriodSeconds"] < needed:
            yield f"{name}: killed after {spec['terminationGracePeriodSeconds']} s, but needs {needed:.0f} s to stop"
        probes = [container[probe]["httpGet"]["path"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")]
        if probes != ["/live", "/live", "/ready"]:
            yield f"{name}: its probes ask {probes}"
        if not given["LISTEN"].endswith(f":{container['ports'][0]['containerPort']}"):
            yield f"{name}: listens at {given['LISTEN']}, not at its port"
        budget = by(resources, "PodDisruptionBudget", name)["spec"]
        if budget["selector"]["matchLabels"] != deployment["spec"]["selector"]["matchLabels"]:
            yield f"{name}: its disruption budget is another's"
        if not spec["topologySpreadConstraints"]:
            yield f"{name}: all its pods may be on one node"
    rings = settings.default_in("dialer/src", "RING_TIMEOUT")
    longest = settings.seconds(environments["gateway"]["CALL_MAX_DURATION"]) + settings.seconds(rings)
    if settings.seconds(environments["dialer"]["DRAIN"]) < longest:
        yield f"the dialer drains for {environments['dialer']['DRAIN']}, but a call may take {longest:.0f} s"
    servers = by(resources, "StatefulSet", "nats")["spec"]["replicas"]
    if {str(servers)} != {environments[name]["NATS_REPLICAS"] for name in SERVICES} or servers % 2 == 0:
        yield f"{servers} NATS servers, and NATS_REPLICAS is another number or even"


def safe(resources, overlay):
    """What was confirmed is on disks: of two machines, where there are several."""
    conf = (KUBERNETES / "overlays" / overlay / "nats.conf").read_text()
    if not re.search(r"^\s*sync_interval: always$", conf, re.M):
        yield f"{overlay}: NATS confirms what is not on a disk"
    yield from understood(overlay)
    images = {c["image"] for _, template in pods(resources) for c in containers(template) if c["name"] == "nats"}
    wanted = re.search(r"NATS_VERSION=([\d.]+)", (ROOT / "deploy/install-servers.sh").read_text()).group(1)
    if not all(f":{wanted}" in image for image in images):
        yield f"{overlay}: NATS is {images} and not {wanted}, which was tried"
    for cluster in by(resources, "Cluster"):
        synchronous = cluster["spec"]["postgresql"]["synchronous"]
        if cluster["spec"]["instances"] < 3 or synchronous["number"] < 1 or synchronous["dataDurability"] != "required":
            yield "a failover of Postgres could forget a call that was dialed"
    table = (ROOT / "proto/bus/src/table.rs").read_text()
    for scaled in by(resources, "ScaledObject"):
        for trigger in scaled["spec"]["triggers"]:
            consumer = trigger["metadata"].get("consumer")
            if consumer and f'=> "{consumer}"' not in table:
                yield f"scaler {scaled['metadata']['name']}: there is no consumer {consumer}"


def understood(overlay):
    """NATS itself reads its configuration, with the file that it includes."""
    with tempfile.TemporaryDirectory() as folder:
        for path in (KUBERNETES / "overlays" / overlay / "nats.conf", KUBERNETES / "base/nats/users.conf"):
            shutil.copy(path, folder)
        passwords = {f"{service.upper()}_PASSWORD": "p" for service in SERVICES}
        server = ROOT / "deploy/bin/nats-server"
        server = str(server) if server.exists() else "nats-server"
        try:
            run(server, "-t", "--config", f"{folder}/nats.conf", env={**os.environ, **passwords, "POD_NAME": "nats-0"})
        except Trouble as trouble:
            yield f"{overlay}: {trouble}"


def check():
    troubles, counts, rendered, environments = [], [], {}, {}
    for overlay in OVERLAYS:
        text = render(overlay)
        resources = rendered[overlay] = documents(text)
        valid = validate(text, overlay)
        secrets = secrets_of(resources)
        for part in (whole(resources), careful(resources), patient(resources), safe(resources, overlay)):
            troubles += [trouble if trouble.startswith(overlay) else f"{overlay}: {trouble}" for trouble in part]
        deployments = {one["metadata"]["name"]: one for one in by(resources, "Deployment")}
        environments[overlay] = {name: environment(resources, deployments[name], secrets) for name in settings.SOURCES if name in deployments}
        counts.append(f"overlay {overlay}: {len(resources)} resources, {valid} valid by the schemas of Kubernetes 1.37")
    for component in sorted((KUBERNETES / "components").iterdir()):
        text = run("kubectl", "kustomize", str(component))
        counts.append(f"component {component.name}: {validate(text, component.name)} resources valid")
        labels = {one["metadata"]["name"] for one in by(rendered["production"], "Deployment")}
        for policy in by(documents(text), "NetworkPolicy"):
            name = policy["spec"]["podSelector"]["matchLabels"]["app.kubernetes.io/name"]
            if name not in labels:
                troubles.append(f"component {component.name}: no pods are called {name}")
    return troubles, counts, rendered, environments
