#!/usr/bin/python3
"""Runs the test vectors against the published schemas with Python's jsonschema (Debian: python3-jsonschema).

usage: check.py [folder of vectors] [folder of schemas]

It shares nothing with the other implementations but the data: README.md beside it says how a text is read.
"""
import json
import re
import sys
from pathlib import Path

from jsonschema import Draft7Validator, Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

here = Path(__file__).resolve().parent
vectors = Path(sys.argv[1]) if len(sys.argv) > 1 else here
schemas = Path(sys.argv[2]) if len(sys.argv) > 2 else here.parent / "schema" / "draft"
bundle = json.loads((schemas / "websocket-channel.json").read_text())
depth = json.loads((schemas / "constants.json").read_text())["limits"]["depth"]


def pattern(validator, expression, instance, schema):
    """ECMA-262's `$` is the very end; Python's also matches before a final newline."""
    if validator.is_type(instance, "string") and not re.search(re.sub(r"\$$", r"\\Z", expression), instance):
        yield ValidationError(f"{instance!r} does not match {expression!r}")


dialects = [extend(dialect, {"pattern": pattern}) for dialect in (Draft202012Validator, Draft7Validator)]
for dialect in dialects:
    for file in schemas.glob("*.json"):
        if file.name not in ("constants.json", "hashes.json"):
            dialect.check_schema(json.loads(file.read_text()))


def schema_names(direction):
    """The schema of each frame type that travels this way."""
    names = [choice["$ref"].removeprefix("#/$defs/") for choice in bundle["$defs"][direction]["anyOf"]]
    return {bundle["$defs"][name]["properties"]["type"]["const"]: name for name in names}


def validators(name):
    """The same schema as the bundle has it and as a file of its own, under both drafts."""
    single = json.loads((schemas / f"{name}.json").read_text())
    for dialect in dialects:
        yield dialect({**bundle, "$ref": f"#/$defs/{name}"})
        yield dialect(single)


by_direction = {
    direction: {kind: (name, list(validators(name))) for kind, name in schema_names(direction).items()}
    for direction in ("client-to-relay", "relay-to-client", "agent-to-relay", "relay-to-agent")
}


def expand(value):
    if isinstance(value, list):
        return [expand(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"$repeat"}:
        text, times = value["$repeat"]
        return text * times
    if value.keys() == {"$items"}:
        item, times = value["$items"]
        return [expand(item)] * times
    return {name: expand(member) for name, member in value.items()}


def text_of(vector):
    if "frame" in vector:
        return json.dumps(expand(vector["frame"]))
    text = vector["text"]
    return text if isinstance(text, str) else "".join(expand(text))


def refuse(constant):
    raise ValueError(f"{constant} is not JSON")


def nests_deeper(value, levels):
    if not isinstance(value, (dict, list)):
        return False
    members = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(nests_deeper(member, levels - 1) for member in members)


def drop_nulls(value):
    if isinstance(value, list):
        return [drop_nulls(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: member if name == "ext" else drop_nulls(member)
        for name, member in value.items()
        if member is not None
    }


def pointer(error):
    path = [str(part).replace("~", "~0").replace("/", "~1") for part in error.absolute_path]
    if error.validator == "required":
        path += [name for name in error.validator_value if name not in error.instance][:1]
    return "".join(f"/{part}" for part in path)


def faults(check, frame):
    """Where and which rules a frame breaks; of a value of the wrong type, that alone."""
    broken = {(pointer(error), error.validator) for error in check.iter_errors(frame)}
    return sorted((path, rule) for path, rule in broken if rule == "type" or (path, "type") not in broken)


def read(text, direction):
    """What the schemas make of a text: an outcome shaped like `expect`."""
    try:
        frame = json.loads(text, parse_constant=refuse)
    except RecursionError:
        return {"status": "fault", "code": "too_deep"}
    except ValueError:
        return {"status": "fault", "code": "malformed"}
    if not isinstance(frame, dict):
        return {"status": "fault", "code": "malformed"}
    if nests_deeper(frame, depth):
        return {"status": "fault", "code": "too_deep"}
    frame = drop_nulls(frame)
    kind = frame.get("type")
    if not isinstance(kind, str):
        return {"status": "fault", "code": "malformed", "path": "/type", "keyword": "type"}
    if kind not in by_direction[direction]:
        return {"status": "unknown", "type": kind}
    name, checks = by_direction[direction][kind]
    verdicts = [faults(check, frame) for check in checks]
    if any(verdict != verdicts[0] for verdict in verdicts):
        raise AssertionError(f"{name} differs between drafts, or between bundle and file: {verdicts}")
    if not verdicts[0]:
        return {"status": "frame", "frame": frame}
    if len(verdicts[0]) > 1:
        raise AssertionError(f"More than one rule is broken: {verdicts[0]}")
    (path, keyword), = verdicts[0]
    known = frame.get("id")
    ref = {"ref": known} if isinstance(known, str) and path != "/id" else {}
    return {"status": "fault", "code": "invalid", "path": path, "keyword": keyword, **ref}


def matches(outcome, expected):
    return all(outcome.get(name) == (expand(value) if name == "frame" else value) for name, value in expected.items())


wrong = 0
count = 0
for file in ("valid", "tolerant", "invalid"):
    for vector in json.loads((vectors / f"{file}.json").read_text()):
        count += 1
        try:
            outcome = read(text_of(vector), vector["direction"])
        except AssertionError as difference:
            outcome = {"status": str(difference)}
        if not matches(outcome, vector["expect"]):
            wrong += 1
            print(f"{file}: {vector['name']}\n  expected {vector['expect']}\n  found    {str(outcome)[:500]}")
for vector in json.loads((vectors / "legacy.json").read_text()):
    # What v0 means in v1 is a legal frame of v1; the translation itself is beyond a schema.
    frame = vector["expect"].get("frame") if "text" in vector else vector["frame"]
    if frame is None:
        continue
    count += 1
    direction = "relay-to-agent" if frame["type"] == "event" else "relay-to-client"
    if read(json.dumps(frame), direction)["status"] != "frame":
        wrong += 1
        print(f"legacy: {vector['name']}\n  the v1 frame is not legal")
print(f"{count} vectors, {wrong} wrong")
sys.exit(1 if wrong or count == 0 else 0)
