"""Frames in: JSON, checked against the published schema. Faults out: whatever an `error` frame says."""

import json
import math
import os
import re
from pathlib import Path

from jsonschema import Draft202012Validator

FOLDER = Path(os.environ.get("WEBSOCKET_CHANNEL_SCHEMA", Path(__file__).parents[2] / "protocol/schema/draft"))
CONSTANTS = json.loads((FOLDER / "constants.json").read_text())
LIMITS = CONSTANTS["limits"]


class Fault(Exception):
    """Why a frame is refused, and the close code where its sender may not go on."""

    def __init__(self, code, message, close=None, **rest):
        super().__init__(message)
        retryable = CONSTANTS["errorCodes"][code]["retryable"]
        self.close = close
        self.frame = {"type": "error", "code": code, "message": message[:1024], "retryable": retryable, **rest}


def strict(schema):
    """JSON Schema means ECMA-262, where `$` is the end; Python's also stands before a last line feed."""
    if isinstance(schema.get("pattern"), str):
        schema["pattern"] = re.sub(r"\$$", r"\\Z", schema["pattern"])
    return schema


DEFINITIONS = json.loads((FOLDER / "websocket-channel.json").read_text(), object_hook=strict)["$defs"]


def checks(direction):
    """A validator per frame type that may travel in this direction."""
    names = [choice["$ref"].removeprefix("#/$defs/") for choice in DEFINITIONS[direction]["anyOf"]]
    return {
        DEFINITIONS[name]["properties"]["type"]["const"]: Draft202012Validator({**DEFINITIONS[name], "$defs": DEFINITIONS})
        for name in names
    }


CHECKS = {"client": checks("client-to-relay"), "agent": checks("agent-to-relay")}


def finite(text):
    if not math.isfinite(number := float(text)):
        raise ValueError(f"{text} is not a number of JSON")
    return number


def tidy(value, level=1, free=False):
    """A copy without the members that are null, which count as absent outside of `ext`."""
    if not isinstance(value, (dict, list)):
        return value
    if level > LIMITS["depth"]:
        raise Fault("too_deep", "The frame is nested too deeply", details={"limit": LIMITS["depth"]})
    if isinstance(value, list):
        return [tidy(element, level + 1, free) for element in value]
    return {k: tidy(v, level + 1, free or k == "ext") for k, v in value.items() if free or v is not None}


def parse(text, role):
    """The frame, or None for a type that is not known here. Raises Fault."""
    try:
        frame = json.loads(text, parse_constant=finite, parse_float=finite)
    except (ValueError, RecursionError):
        raise Fault("malformed", "The frame is not JSON") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise Fault("malformed", "The frame is not an object with a string type")
    frame = tidy(frame)
    check = CHECKS[role].get(frame["type"])
    error = next(check.iter_errors(frame), None) if check else None
    if error:
        missing = re.findall(r"^'(\w+)' is a required", error.message)
        path = "".join(f"/{part}" for part in [*error.absolute_path, *missing])[:512]
        ref = {"ref": frame["id"]} if isinstance(frame.get("id"), str) and len(frame["id"]) <= LIMITS["idLength"] else {}
        details = {"path": path, "keyword": error.validator}
        raise Fault("invalid", f"{path} breaks the rule {error.validator}", details=details, **ref)
    return frame if check else None
