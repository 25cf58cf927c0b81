"""Frames in, checked against the published schema; faults out, as whatever an `error` frame says."""

import json
import os
from pathlib import Path

from jsonschema import Draft202012Validator

FOLDER = Path(os.environ.get("WEBSOCKET_CHANNEL_SCHEMA", Path(__file__).parents[2] / "protocol/schema/draft"))
CONSTANTS = json.loads((FOLDER / "constants.json").read_text())
LIMITS = CONSTANTS["limits"]
# In JSON Schema `$` is the end of a text; in Python it also stands before a last line feed.
DEFINITIONS = json.loads((FOLDER / "websocket-channel.json").read_text().replace('$"', r'\\Z"'))["$defs"]


class Fault(Exception):
    """Why a frame is refused, and the close code where its sender may not go on."""

    def __init__(self, code, message, close=None, **rest):
        super().__init__(message)
        retryable = CONSTANTS["errorCodes"][code]["retryable"]
        self.close = close
        self.frame = {"type": "error", "code": code, "message": message[:1024], "retryable": retryable, **rest}


def checks(direction):
    """A validator per frame type that may travel in this direction."""
    names = [choice["$ref"].removeprefix("#/$defs/") for choice in DEFINITIONS[direction]["anyOf"]]
    return {
        DEFINITIONS[name]["properties"]["type"]["const"]: Draft202012Validator({**DEFINITIONS[name], "$defs": DEFINITIONS})
        for name in names
    }


CHECKS = {"client": checks("client-to-relay"), "agent": checks("agent-to-relay")}


def tidy(value, level=1, free=False):
    """A copy without the members that are null, which count as absent outside of `ext`."""
    if not isinstance(value, (dict, list)):
        return value
    if level > LIMITS["depth"]:
        raise Fault("too_deep", "The frame is nested too deeply", details={"limit": LIMITS["depth"]})
    if isinstance(value, list):
        return [tidy(element, level + 1, free) for element in value]
    return {k: tidy(v, level + 1, free or k == "ext") for k, v in value.items() if free or v is not None}


def parse(data, role):
    """The frame in a message; an empty one for a type that is not known here. Raises Fault."""
    if isinstance(data, bytes):
        raise Fault("malformed", "Frames are text messages")
    if len(data.encode()) > LIMITS["frameBytes"]:
        raise Fault("too_large", "The frame is too large", details={"limit": LIMITS["frameBytes"]})
    try:
        frame = json.loads(data)
        json.dumps(frame, allow_nan=False)  # which Python reads, and JSON does not know
    except (ValueError, RecursionError):
        raise Fault("malformed", "The frame is not JSON") from None
    if not isinstance(frame, dict) or not isinstance(frame.get("type"), str):
        raise Fault("malformed", "The frame is not an object with a string type")
    frame = tidy(frame)
    if frame["type"] not in CHECKS[role]:
        return {}
    for error in CHECKS[role][frame["type"]].iter_errors(frame):
        missing = set(error.validator_value) - set(error.instance) if error.validator == "required" else ()
        path = "".join(f"/{part}" for part in [*error.absolute_path, *sorted(missing)[:1]])[:512]
        details = {"path": path, "keyword": error.validator}
        ref = {"ref": frame["id"][: LIMITS["idLength"]]} if isinstance(frame.get("id"), str) else {}
        raise Fault("invalid", f"{path} breaks the rule {error.validator}", details=details, **ref)
    return frame
