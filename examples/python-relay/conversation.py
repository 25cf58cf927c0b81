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
        self.log = {}  # frames in their order, by type and id
        self.turns, self.drafts, self.peers = {}, {}, set()

    def append(self, frame):
        """Stores a durable frame. Returns its ack and, unless it was known, the frame as it is delivered."""
        key = frame["type"], frame["id"]
        known = self.log.get(key)
        if known and content(known) != content(frame):
            raise Fault("conflict", "The id was used for other content", ref=frame["id"], conversation=self.name)
        if not known:
            self.seq += 1
            self.log[key] = {**frame, "epoch": self.epoch, "seq": self.seq}
            if len(self.log) > KEPT_FRAMES:
                del self.log[next(iter(self.log))]
        ack = {"type": "ack", "id": frame["id"], "conversation": self.name, "epoch": self.epoch,
               "seq": self.log[key]["seq"], "status": "duplicate" if known else "accepted"}
        return ack, None if known else self.log[key]

    def fan_out(self, frame, capability=None, but=None):
        for peer in self.peers - {but}:
            if capability is None or capability in peer.capabilities:
                peer.send(frame)

    def track(self, frame):
        """Remembers what is in flight, for those who attach in the middle of it."""
        id, kind, status = frame["id"], frame.get("kind"), frame.get("status")
        if kind == "delta":
            draft = self.drafts.get(id)
            before = draft["content"] if draft and not frame.get("replace") else ""
            count = frame.get("index", 0) + frame.get("count", 1)
            self.drafts[id] = {**frame, "index": 0, "count": count, "replace": True, "content": before + frame["content"]}
        elif frame["type"] == "reply":
            self.drafts.pop(id, None)
        elif status == "ended":
            self.turns.pop(id, None)
            self.drafts = {key: draft for key, draft in self.drafts.items() if draft.get("turn") != id}
        else:
            self.turns[id] = frame

    def attach(self, peer, cursor, presence):
        """Answers, replays what the cursor asks for, and goes live: all in one step, so in order."""
        wanted, oldest = cursor.get("seq"), self.seq + 1 - len(self.log)
        recovered, after = "complete", self.seq if wanted is None else wanted
        if wanted and (cursor.get("epoch") != self.epoch or wanted > self.seq):
            recovered, after = "reset", 0
        elif after + 1 < oldest:
            recovered = "truncated"
        peer.send({"type": "attached", "conversation": self.name, "epoch": self.epoch, "seq": self.seq,
                   "recovered": recovered, "agent": presence})
        replay = [frame for frame in self.log.values() if frame["seq"] > after]
        drafts = self.drafts.values() if "stream" in peer.capabilities else ()
        for frame in [*replay, *self.turns.values(), *drafts]:
            peer.send(frame)
        self.peers.add(peer)
