"""A conversation: its log, who is attached, and what is in flight."""

import hashlib
import json
import uuid

from schema import Fault

KEPT_FRAMES = 10_000


def content_hash(frame):
    relevant = {k: v for k, v in frame.items() if k not in ("epoch", "seq", "source", "timestamp")}
    return hashlib.sha256(json.dumps(relevant, sort_keys=True).encode()).digest()


class Conversation:
    def __init__(self, name, agent):
        self.name, self.agent = name, agent
        self.epoch, self.seq = uuid.uuid4().hex, 0
        self.log, self.known = [], {}
        self.peers, self.drafts, self.turns = set(), {}, {}

    def append(self, frame):
        """Stores a durable frame. Returns its ack and, unless it was known, the frame as it is delivered."""
        digest = content_hash(frame)
        key = frame["type"], frame["id"]
        if key in self.known:
            known, seq = self.known[key]
            if known != digest:
                raise Fault("conflict", "The id was used for other content", ref=frame["id"], conversation=self.name)
            return self.ack(frame["id"], seq, "duplicate"), None
        self.seq += 1
        stored = {**frame, "epoch": self.epoch, "seq": self.seq}
        self.known[key] = digest, self.seq
        self.log.append(stored)
        if len(self.log) > KEPT_FRAMES:
            oldest = self.log.pop(0)
            del self.known[oldest["type"], oldest["id"]]
        return self.ack(frame["id"], self.seq, "accepted"), stored

    def ack(self, id, seq, status):
        return {"type": "ack", "id": id, "conversation": self.name, "epoch": self.epoch, "seq": seq, "status": status}

    def fan_out(self, frame, capability=None):
        for peer in self.peers:
            if capability is None or capability in peer.capabilities:
                peer.send(frame)

    def track(self, frame):
        """Remembers what is in flight, for those who attach in the middle of it."""
        kind = frame.get("kind")
        if frame["type"] == "turn":
            self.turns.pop(frame["id"], None)
            if frame["status"] != "ended":
                self.turns[frame["id"]] = frame
            else:
                self.drafts = {id: draft for id, draft in self.drafts.items() if draft.get("turn") != frame["id"]}
        elif kind == "delta":
            draft = self.drafts.get(frame["id"])
            fresh = draft is None or frame.get("replace")
            count = frame.get("index", 0) + frame.get("count", 1)
            text = frame["content"] if fresh else draft["content"] + frame["content"]
            self.drafts[frame["id"]] = {**frame, "index": 0, "count": count, "replace": True, "content": text}
        elif frame["type"] == "reply":
            self.drafts.pop(frame["id"], None)

    def attach(self, peer, cursor, presence):
        """Answers with `attached`, replays what the cursor asks for, and goes live: all in one step, so in order."""
        wanted, oldest = cursor.get("seq"), self.log[0]["seq"] if self.log else self.seq + 1
        recovered, after = "complete", self.seq if wanted is None else wanted
        if wanted and (cursor.get("epoch") != self.epoch or wanted > self.seq):
            recovered, after = "reset", 0
        elif after + 1 < oldest:
            recovered = "truncated"
        peer.send({"type": "attached", "conversation": self.name, "epoch": self.epoch, "seq": self.seq,
                   "recovered": recovered, "agent": presence})
        for frame in self.log:
            if frame["seq"] > after:
                peer.send(frame)
        for turn in self.turns.values():
            peer.send(turn)
        for draft in self.drafts.values():
            if "stream" in peer.capabilities:
                peer.send(draft)
        self.peers.add(peer)
