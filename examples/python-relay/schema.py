"""Checks frames against the published JSON Schema, and nothing else."""

import json
import os
import re
from pathlib import Path

from jsonschema import Draft202012Validator, ValidationError, validators

FOLDER = Path(os.environ.get("WEBSOCKET_CHANNEL_SCHEMA", Path(__file__).parents[2] / "protocol/schema/draft"))
DEFINITIONS = json.loads((FOLDER / "websocket-channel.json").read_text())["$defs"]
MAX_DEPTH = 16


class Fault(Exception):
    """Why a frame is refused: a code of the protocol, a text, and what the `error` frame says beside it."""

    def __init__(self, code, message, retryable=False, **rest):
        super().__init__(message)
        self.frame = {"type": "error", "code": code, "message": message, "retryable": retryable, **rest}


def pattern(_validator, expression, instance, _schema):
    # JSON Schema means ECMA-262, where `$` is the end; Python's also stands before a last line feed.
    if isinstance(instance, str) and not re.search(re.sub(r"\$$", r"\\Z", expression), instance):
        yield ValidationError(f"{instance!r} does not match {expression!r}")


Validator = validators.extend(Draft202012Validator, {"pattern": pattern})


def checks(direction):
    """A validator per frame type that may travel in this direction."""
    names = [reference["$ref"].removeprefix("#/$defs/") for reference in DEFINITIONS[direction]["anyOf"]]
    return {
        DEFINITIONS[name]["properties"]["type"]["const"]: Validator({"$ref": f"#/$defs/{name}", "$defs": DEFINITIONS})
        for name in names
    }


CHECKS = {"client": checks("client-to-relay"), "agent": checks("agent-to-relay")}


def depth(value):
    """Levels of nesting, without recursion, so that a hostile text cannot exhaust the stack."""
    deepest, pending = 0, [(value, 1)]
    while pending:
        node, level = pending.pop()
        if isinstance(node, (dict, list)):
            deepest = max(deepest, level)
            pending += [(child, level + 1) for child in (node.values() if isinstance(node, dict) else node)]
    return deepest


def without_nulls(value):
    """A member that is null counts as absent; extensions keep theirs."""
    if isinstance(value, dict):
        return {k: v if k == "ext" else without_nulls(v) for k, v in value.items() if v is not None}
    return [without_nulls(element) for element in value] if isinstance(value, list) else value


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def parse(text, role):
    """The frame, or None for a type that is not known here. Raises Fault."""
    try:
        frame = json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise Fault("malformed", "The frame is not JSON") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise Fault("malformed", "The frame is not an object with a string type")
    if depth(frame) > MAX_DEPTH:
        raise Fault("too_deep", f"The frame is nested more than {MAX_DEPTH} levels deep", details={"limit": MAX_DEPTH})
    frame = without_nulls(frame)
    check = CHECKS[role].get(frame["type"])
    if check is None:
        return None
    for error in check.iter_errors(frame):
        missing = re.match(r"'(\w+)' is a required", error.message) if error.validator == "required" else None
        path = "".join(f"/{part}" for part in [*error.absolute_path, *(missing.groups() if missing else ())])
        ref = {"ref": frame["id"]} if isinstance(frame.get("id"), str) and len(frame["id"]) <= 64 else {}
        details = {"path": path[:512], "keyword": str(error.validator)}
        raise Fault("invalid", f"{path} breaks the rule {error.validator}"[:1024], details=details, **ref)
    return frame
