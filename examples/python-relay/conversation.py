"""A conversation: its log, who is attached, and what is in flight."""

import uuid

from schema import Fault

KEPT_FRAMES = 1_000
NOT_CONTENT = {"epoch", "seq", "timestamp", "traceparent"}


def content(frame):
    return {name: member for name, member in frame.items() if name not in NOT_CONTENT}


class Conversation:
    def __init__(self, name):
        self.name, self.epoch, self.seq = name, uuid.uuid4().hex, 0
        self.log, self.live = {}, {}  # frames in their order, by type and id: what is stored, what is in flight
        self.peers = set()

    def append(self, peer, frame):
        """Stores a durable frame and acknowledges it. Returns it as it is delivered, unless it was known."""
        key = frame["type"], frame["id"]
        known = self.log.get(key)
        if known and content(known) != content(frame):
            raise Fault("conflict", "The id was used for other content")
        if not known:
            self.seq += 1
            self.log[key] = {**frame, "epoch": self.epoch, "seq": self.seq}
            if len(self.log) > KEPT_FRAMES:
                del self.log[next(iter(self.log))]
        peer.send({"type": "ack", "id": frame["id"], "conversation": self.name, "epoch": self.epoch,
                   "seq": self.log[key]["seq"], "status": "duplicate" if known else "accepted"})
        return None if known else self.log[key]

    def deliver(self, frame):
        """Hands an event, reply or turn to all who are attached, and keeps what is in flight for those who attach later."""
        key = frame["type"], frame["id"]
        if "seq" not in frame:
            self.live[key] = self.merged(frame) if frame["type"] == "reply" else frame
        elif self.live.pop(key, None) and frame["type"] == "turn":
            self.live = {key: draft for key, draft in self.live.items() if draft.get("turn") != frame["id"]}
        self.fan_out(frame, "stream" if frame.get("kind") == "delta" else None)

    def merged(self, delta):
        """All chunks of a stream so far, as one delta."""
        before = {} if delta.get("replace") else self.live.get(("reply", delta["id"]), {})
        count = delta.get("index", 0) + delta.get("count", 1)
        text = before.get("content", "") + delta["content"]
        return {**delta, "index": 0, "count": count, "replace": True, "content": text}

    def fan_out(self, frame, capability=None):
        for peer in self.peers:
            if capability is None or peer.reads(capability):
                peer.send(frame)

    def attach(self, peer, cursor, presence):
        """Answers, replays what the cursor asks for, and goes live: all in one step, so in order."""
        wanted, oldest = cursor.get("seq"), self.seq + 1 - len(self.log)
        recovered, after = "complete", self.seq if wanted is None else wanted
        epoch = cursor.get("epoch", None if wanted else self.epoch)
        if wanted is not None and (epoch != self.epoch or wanted > self.seq):
            recovered, after = "reset", 0
        elif after + 1 < oldest:
            recovered = "truncated"
        peer.send({"type": "attached", "conversation": self.name, "epoch": self.epoch, "seq": self.seq,
                   "recovered": recovered, "agent": presence})
        replay = [frame for frame in self.log.values() if frame["seq"] > after]
        for frame in [*replay, *self.live.values()]:
            if frame.get("kind") != "delta" or peer.reads("stream"):
                peer.send(frame)
        self.peers.add(peer)
