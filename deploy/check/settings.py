"""Which settings each process reads, by its source, and which the manifests give it.

A settings file says of every setting that a process reads either what it is (`NAME=value`) or that it is left to its
default (`#NAME=default`). Nothing may be missing, and nothing may be there that nobody reads.
"""

import re

from common import ROOT, Trouble

# The source of each process, by the name of its settings file.
SOURCES = {
    "gateway": "gateway/src",
    "planner": "planner/src",
    "dialer": "dialer/src",
    "notifier": "notifier/src",
    "simulator": "dialer/simulator/src",
}
SHARED = ["proto/runtime/src", "proto/bus/src", "planner/model/src"]
READERS = r"(?:secret|required|optional|parsed|parsed_required|duration|rate|hours)"
NAMED = re.compile(READERS + r"\(\s*env,\s*([^,)]+)")
SHARED_READER = re.compile(r"\b([A-Z]\w+)::read\(\s*&?env")
UNITS = {"millis": "ms", "secs": "s", "mins": "m", "hours": "h"}
SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}

# Read by libraries and not by us.
LIBRARIES = {
    "OTEL_BSP_SCHEDULE_DELAY": "the exporter of spans",
    "OTEL_RESOURCE_ATTRIBUTES": "the exporter of spans",
    "OTEL_TRACES_SAMPLER": "the maker of spans",
    "OTEL_TRACES_SAMPLER_ARG": "the maker of spans",
    "SSL_CERT_FILE": "rustls-native-certs: authorities that NATS and receivers are checked against",
}


def files(folder):
    """The text of its sources, without what only tests have."""
    texts = {}
    for path in sorted((ROOT / folder).rglob("*.rs")):
        if path.name.endswith("tests.rs") or "bin" in path.relative_to(ROOT / folder).parts[:-1]:
            continue
        texts[path] = re.split(r"\n#\[cfg\(test\)\]\s*\nmod tests? \{", path.read_text())[0]
    return texts


def literal(name, text, where):
    """The name of a setting, which is written in quotes or as a constant of the same file."""
    name = name.strip()
    if name.startswith('"'):
        return name.strip('"')
    if not re.fullmatch(r"[A-Z_]+", name):
        # A parameter of a small reader such as `hours(env, name, …)`: its callers name it.
        return None
    found = re.search(rf'const {name}: &(?:\'static )?str = "(\w+)";', text)
    if not found:
        raise Trouble(f"{where}: the setting {name} is neither a text nor a constant of the file")
    return found.group(1)


def shared_readers():
    """What `BusSettings::read` and its like read, by the name of the type."""
    readers = {}
    for folder in SHARED:
        if not (ROOT / folder).exists():
            continue
        for path, text in files(folder).items():
            for block in re.finditer(r"\nimpl (\w+) \{(.*?)\n\}", text, re.S):
                if "fn read(env" in block.group(2):
                    names = (literal(name, text, path) for name in NAMED.findall(block.group(2)))
                    readers[block.group(1)] = {name for name in names if name}
    return readers


def read_by_source():
    """The settings of each process, with where its source reads them."""
    shared = shared_readers()
    read = {}
    for process, folder in SOURCES.items():
        names = {}
        # AdminConfig and the like read a part of the same.
        for path, text in files(folder).items():
            where = str(path.relative_to(ROOT))
            for name in NAMED.findall(text):
                if name := literal(name, text, where):
                    names[name] = where
            for reader in SHARED_READER.findall(text):
                for name in shared.get(reader, ()):
                    names[name] = f"{reader}::read, called in {where}"
        read[process] = names
    return read


def parse(path):
    """The lines of a settings file: what is set, and what is left to its default."""
    given, left = {}, {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if match := re.fullmatch(r"(#?)([A-Z][A-Z0-9_]*)=(.*)", line):
            commented, name, value = match.groups()
            if name in given or name in left:
                raise Trouble(f"{path.relative_to(ROOT)}:{number}: {name} is there twice")
            (left if commented else given)[name] = value
        elif line and not line.startswith("# "):
            raise Trouble(f"{path.relative_to(ROOT)}:{number}: neither a setting nor a comment: {line}")
    return given, left


def default_in(folder, name):
    """The default that the source has, as a settings file would say it; None when it can't be read off."""
    texts = list(files(folder).values())
    for shared in SHARED:
        texts += files(shared).values() if (ROOT / shared).exists() else []
    everything = "\n".join(texts)
    found = re.search(READERS + rf'\(\s*env,\s*"{name}",\s*(.*?)\)\?', everything, re.S)
    return value_of(found.group(1).strip(), everything) if found else None


def value_of(expression, everything, depth=0):
    if depth > 3:
        return None
    if match := re.fullmatch(r"Duration::from_(\w+)\(([\d_ *]+)\)?", expression):
        number = 1
        for factor in match.group(2).split("*"):
            number *= int(factor.replace("_", "").strip())
        return f"{number}{UNITS[match.group(1)]}"
    if re.fullmatch(r"[\d_]+|true|false", expression):
        return expression.replace("_", "")
    if re.fullmatch(r"[A-Z_]+", expression):
        values = set(re.findall(rf"const {expression}: [^=]+ = (.*?);", everything))
    elif match := re.fullmatch(r"(?:usual|standard)\.(\w+)", expression):
        values = set(re.findall(rf"\b{match.group(1)}: (Duration::from_\w+\([\d_]+\)|[\d_]+),", everything))
        values |= set(re.findall(rf"\b{match.group(1)}: (Duration::from_\w+\([\d_]+\)|[\d_]+) \}}", everything))
    else:
        return None
    return value_of(values.pop(), everything, depth + 1) if len(values) == 1 else None


def seconds(text):
    """`20s` and `2m` as a number; None for what is no time."""
    parts = re.findall(r"(\d+)(ms|s|m|h)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        return None
    return sum(int(number) * SECONDS[unit] for number, unit in parts)


def same(one, other):
    if one == other:
        return True
    return seconds(one) is not None and seconds(one) == seconds(other)


def check(renders):
    """`renders`: by overlay, the environment that each process gets there."""
    read, troubles, compared, defaults = read_by_source(), [], 0, 0
    base = ROOT / "deploy/kubernetes/base/settings"
    common_given, common_left = parse(base / "bus.env")
    for process, names in read.items():
        path = base / f"{process}.env"
        path = path if path.exists() else ROOT / f"deploy/kubernetes/overlays/small/{process}.env"
        given, left = parse(path)
        shared_left = common_left if process != "simulator" else {}
        for overlay, environments in renders.items():
            if process not in environments:
                continue
            environment = environments[process]
            for name, where in names.items():
                compared += 1
                if name not in environment and name not in left and name not in shared_left:
                    troubles.append(
                        f"{overlay}: {process} reads {name} ({where}), and nobody sets it: "
                        f"say `{name}=…` or `#{name}=<its default>` in {path.relative_to(ROOT)}"
                    )
            for name in environment:
                compared += 1
                if name not in names and name not in LIBRARIES:
                    troubles.append(f"{overlay}: {process} is given {name}, which it does not read")
        for name, value in (left | (shared_left if process == "gateway" else {})).items():
            if name not in names:
                troubles.append(f"{path.relative_to(ROOT)}: #{name} is nothing that {process} reads")
                continue
            default = default_in(SOURCES[process], name)
            if value and default:
                defaults += 1
                if not same(value, default):
                    troubles.append(f"{path.relative_to(ROOT)}: the default of {name} is {default} and not {value}")
    for name in common_given:
        if not all(name in names for process, names in read.items() if process != "simulator"):
            troubles.append(f"deploy/kubernetes/base/settings/bus.env: {name} is not read by every service")
    if compared < 100:
        troubles.append(f"only {compared} settings were found: the source is read wrongly")
    return troubles, f"settings: {sum(map(len, read.values()))} read by 5 processes, {compared} comparisons both ways, {defaults} defaults compared with the source"
