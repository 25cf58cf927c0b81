"""A websocket-channel relay in Python: the profiles core and reliable, in memory, for guests on this machine."""

import argparse
import asyncio
import hmac
import ipaddress
import logging
import os
import sys
import time
import uuid
from collections import defaultdict, deque

from aiohttp import web

from conversation import Conversation
from peer import GRACE_SECONDS, INTERVAL_SECONDS, Peer
from schema import CONSTANTS, LIMITS, Fault, parse

MAILBOX_EVENTS, RATE_EVENTS, RATE_SECONDS = 1_000, 20, 10


class Relay:
    """Clients, one agent, and the conversations between them."""

    def __init__(self, origins, agent_token):
        self.origins, self.agent_token = origins, agent_token
        self.peers, self.agent, self.conversations = set(), None, {}
        self.mailbox = {}  # events that the agent has not taken over, by conversation and id
        self.recent = defaultdict(lambda: deque(maxlen=RATE_EVENTS))  # when each participant wrote last

    async def connect(self, request, role):
        origin = request.headers.get("Origin")
        if origin is not None and (role == "agent" or origin not in self.origins):
            raise web.HTTPForbidden(text="This origin is not allowed")
        if not ipaddress.ip_address(request.remote).is_loopback or "X-Forwarded-For" in request.headers:
            raise web.HTTPForbidden(text="Guests are welcome from this machine only")
        size = 4 * LIMITS["frameBytes"]
        ws = web.WebSocketResponse(protocols=[CONSTANTS["subprotocol"]], max_msg_size=size, compress=False)
        await ws.prepare(request)
        peer = Peer(ws, request.transport, role)
        self.peers.add(peer)
        tasks = [asyncio.ensure_future(work) for work in (self.serve(peer), peer.beat())]
        await peer.write()
        for task in tasks:
            task.cancel()
        self.peers.discard(peer)
        return ws

    async def serve(self, peer):
        """Takes in what a peer says until its connection ends."""
        try:
            while peer.code is None and (data := await peer.read()) is not None:
                with peer.refusals({}):
                    frame = parse(data, peer.role)
                    with peer.refusals(frame):
                        (self.take if peer.source else self.welcome)(peer, frame)
                if not peer.source:
                    peer.close(4400)
        except Exception:
            logging.exception("A connection of role %s failed", peer.role)
            peer.close(4500)
        finally:
            peer.close(1000)
            self.leave(peer)

    def welcome(self, peer, hello):
        if hello.get("type") != "hello":
            raise Fault("unexpected", "The first frame must be hello")
        if 1 not in hello["versions"]:
            raise Fault("unsupported_version", "This relay speaks version 1", 4406)
        if hello["role"] != peer.role:
            raise Fault("forbidden", f"This path is for the role {peer.role}", 4403)
        is_agent = peer.role == "agent"
        if is_agent and not hmac.compare_digest(hello.get("token", "").encode(), self.agent_token.encode()):
            raise Fault("unauthenticated", "The token is not valid", 4401)
        peer.hello = hello
        peer.source = "default" if is_agent else hello.get("source", f"guest-{uuid.uuid4().hex[:8]}")
        own = {} if is_agent else {"conversation": peer.source}
        peer.send({"type": "welcome", "version": 1, "session": uuid.uuid4().hex, "identity": {"source": peer.source},
                   **own, "heartbeat": {"intervalMs": INTERVAL_SECONDS * 1000, "graceMs": GRACE_SECONDS * 1000},
                   "limits": {name: LIMITS[name] for name in ("frameBytes", "contentLength")},
                   "capabilities": ["stream", "signal"]})
        if is_agent:
            return self.replace_agent(peer)
        for cursor in hello.get("attach", [own]):
            with peer.refusals(cursor):
                self.from_client(peer, {**cursor, "type": "attach"})

    def take(self, peer, frame):
        match frame.get("type"):
            case None | "pong" | "error" | "bye":
                pass
            case "hello":
                raise Fault("unexpected", "The session is open already")
            case "ping":
                peer.send({**frame, "type": "pong"})
            case _ if peer.role == "client":
                self.from_client(peer, frame)
            case _:
                self.from_agent(peer, frame)

    def from_client(self, peer, frame):
        name = frame.get("conversation", peer.source)
        if name != peer.source and not name.startswith(f"{peer.source}/"):
            raise Fault("forbidden", "The conversation is not yours")
        conversation = self.conversations.setdefault(name, Conversation(name))
        stamped = {**frame, "conversation": name, "source": peer.source}
        match frame["type"]:
            case "attach":
                conversation.attach(peer, frame, self.presence())
            case "detach":
                conversation.peers.discard(peer)
            case "event":
                self.take_event(peer, conversation, stamped)
            case "cancel" if self.agent is None:
                raise Fault("agent_offline", "The agent is away")
            case "cancel":
                self.agent.send(stamped)

    def take_event(self, peer, conversation, event):
        recent, now = self.recent[peer.source], time.monotonic()
        if len(recent) == RATE_EVENTS and now - recent[0] < RATE_SECONDS:
            wait = int((recent[0] + RATE_SECONDS - now) * 1000) + 1
            raise Fault("rate_limited", f"More than {RATE_EVENTS} events in {RATE_SECONDS} s", retryAfterMs=wait)
        recent.append(now)
        if len(self.mailbox) >= MAILBOX_EVENTS and ("event", event["id"]) not in conversation.log:
            raise Fault("mailbox_full", "The agent is away and its mailbox is full")
        if stored := conversation.append(peer, event):
            self.mailbox[conversation.name, event["id"]] = stored
            conversation.deliver(stored)
            if self.agent:
                self.agent.send(stored)

    def from_agent(self, peer, frame):
        conversation = self.conversations.get(frame["conversation"])
        if conversation is None:
            raise Fault("forbidden", "You do not serve this conversation")
        stamped = {**frame, "source": peer.source}
        if frame["type"] == "received" or frame.get("status") == "ended":
            for id in frame["events"]:
                self.mailbox.pop((conversation.name, id), None)
        if frame["type"] == "signal":
            conversation.fan_out(stamped, "signal")
        elif frame["type"] != "received":
            is_live = frame.get("kind") == "delta" or frame.get("status") in ("accepted", "started")
            if delivered := stamped if is_live else conversation.append(peer, stamped):
                conversation.deliver(delivered)

    def replace_agent(self, peer):
        if self.agent:
            self.agent.send({"type": "bye", "reason": "replaced"})
            self.agent.close(4409)
        self.agent = peer
        self.announce()
        for event in self.mailbox.values():
            peer.send(event)

    def presence(self):
        hello = self.agent.hello if self.agent else {}
        return {"source": "default", "online": bool(self.agent), **{key: hello[key] for key in ("stream", "name") if key in hello}}

    def announce(self):
        for name, conversation in self.conversations.items():
            presence = {"type": "signal", "kind": "presence", "conversation": name, "agent": self.presence()}
            conversation.fan_out(presence, "signal")

    def leave(self, peer):
        for conversation in self.conversations.values():
            conversation.peers.discard(peer)
        if self.agent is peer:
            self.agent = None
            self.announce()

    async def drain(self, _app):
        for peer in self.peers:
            peer.send({"type": "bye", "reason": "drain", "reconnectAfterMs": 1000})
            peer.close(4503)
        while self.peers:
            await asyncio.sleep(0.01)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8765)
    parser.add_argument("--origin", action="append", default=[])
    options = parser.parse_args()
    agent_token = os.environ.get("WEBSOCKET_CHANNEL_AGENT_TOKEN") or sys.exit("Set WEBSOCKET_CHANNEL_AGENT_TOKEN")
    relay = Relay(options.origin, agent_token)
    app = web.Application()
    app.router.add_get("/", lambda request: relay.connect(request, "client"))
    app.router.add_get("/openclaw", lambda request: relay.connect(request, "agent"))
    app.on_shutdown.append(relay.drain)
    listening = f"listening ws://{options.host}:{options.port}"
    web.run_app(app, host=options.host, port=options.port, access_log=None, print=lambda _: print(listening, flush=True))


if __name__ == "__main__":
    main()
