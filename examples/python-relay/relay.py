"""A websocket-channel relay in Python: the profiles core and reliable, in memory, for guests on this machine."""

import argparse
import asyncio
import hmac
import ipaddress
import json
import logging
import os
import signal
import time
import uuid
from collections import OrderedDict, deque

from aiohttp import WSMsgType, web

from conversation import Conversation
from schema import Fault, parse

FRAME_BYTES, CONTENT_LENGTH = 1_048_576, 262_144
HELLO_SECONDS, INTERVAL_SECONDS, GRACE_SECONDS = 5, 15, 10
BUFFERED_FRAMES, MAILBOX_EVENTS, FAULTS = 2_000, 1_000, 50
RATE_EVENTS, RATE_SECONDS = 20, 10
SUBPROTOCOL = "websocket-channel.v1"


class Farewell(Exception):
    """Closes the connection with a code of the protocol."""

    def __init__(self, code, fault=None):
        super().__init__(code)
        self.code, self.fault = code, fault


class Peer:
    """One connection. Frames go through a bounded queue, so that a slow reader costs no more than that."""

    def __init__(self, ws, transport, role):
        self.ws, self.transport, self.role, self.source = ws, transport, role, None
        self.capabilities, self.stream = frozenset(), None
        self.queue, self.heard, self.faults = asyncio.Queue(BUFFERED_FRAMES), time.monotonic(), 0
        self.code = None  # of the close that is under way

    def send(self, frame):
        if self.code is None and self.queue.full():
            self.queue = asyncio.Queue(1)
            self.close(4508)
        if self.code is None:
            self.queue.put_nowait(frame)

    def close(self, code):
        """Closes after what is queued."""
        if self.code is None:
            self.code = code
            self.queue.put_nowait(None)

    async def write(self):
        pinged = self.heard
        while True:
            try:
                frame = await asyncio.wait_for(self.queue.get(), INTERVAL_SECONDS)
            except asyncio.TimeoutError:
                frame = {"type": "ping"}
            now = time.monotonic()
            if now - self.heard > INTERVAL_SECONDS + GRACE_SECONDS:
                self.code, frame = self.code or 4501, None
            if frame is None:
                return await self.ws.close(code=self.code)
            await self.write_frame(frame)
            if now - max(self.heard, pinged) >= INTERVAL_SECONDS:
                pinged = now
                await self.write_frame({"type": "ping"})

    async def write_frame(self, frame):
        try:
            await asyncio.wait_for(self.ws.send_str(json.dumps(frame, ensure_ascii=False)), INTERVAL_SECONDS)
        except asyncio.TimeoutError:
            self.transport.abort()
        except ConnectionResetError:
            pass  # the reading side notices, and ends the connection


class Relay:
    def __init__(self, origins, agent_token):
        self.origins, self.agent_token = origins, agent_token
        self.conversations, self.agents, self.peers, self.mailbox = {}, {}, set(), OrderedDict()
        self.written = {}

    async def connect(self, request, role):
        origin = request.headers.get("Origin")
        if origin is not None and (role == "agent" or origin not in self.origins):
            raise web.HTTPForbidden(text="This origin is not allowed")
        if not ipaddress.ip_address(request.remote).is_loopback or "X-Forwarded-For" in request.headers:
            raise web.HTTPForbidden(text="Guests are welcome from this machine only")
        ws = web.WebSocketResponse(protocols=[SUBPROTOCOL], max_msg_size=4 * FRAME_BYTES, compress=False)
        await ws.prepare(request)
        peer = Peer(ws, request.transport, role)
        writer = asyncio.ensure_future(peer.write())
        self.peers.add(peer)
        try:
            await self.serve(peer)
        except Farewell as farewell:
            if farewell.fault:
                peer.send(farewell.fault.frame)
            peer.close(farewell.code)
        except Exception:
            logging.exception("A connection of role %s failed", role)
            peer.close(4500)
        finally:
            if peer.code is not None:
                await asyncio.wait([writer], timeout=GRACE_SECONDS)
            writer.cancel()
            self.leave(peer)
        return ws

    async def serve(self, peer):
        try:
            hello = await asyncio.wait_for(self.frame(peer), HELLO_SECONDS)
        except asyncio.TimeoutError:
            raise Farewell(4502) from None
        except Fault as fault:
            raise Farewell(4400, fault) from None
        if hello is None:
            return
        self.welcome(peer, hello)
        while not peer.ws.closed:
            try:
                frame = await self.frame(peer)
                if frame is None:
                    return
                self.handle(peer, frame)
            except Fault as fault:
                peer.send(fault.frame)
                peer.faults += fault.frame["code"] in ("malformed", "invalid", "too_large", "too_deep")
                if peer.faults > FAULTS:
                    raise Farewell(4400) from None

    async def frame(self, peer):
        """The next frame of a known type, or None at the end of the connection."""
        while True:
            message = await peer.ws.receive()
            peer.heard = time.monotonic()
            if message.type == WSMsgType.BINARY:
                raise Fault("malformed", "Frames are text messages")
            if message.type != WSMsgType.TEXT:
                return None
            size = len(message.data.encode())
            if size > FRAME_BYTES:
                raise Fault("too_large", f"{size} bytes", details={"limit": FRAME_BYTES})
            frame = parse(message.data, peer.role)
            if frame is not None:
                return frame

    def welcome(self, peer, hello):
        def refuse(code, close, message):
            raise Farewell(close, Fault(code, message))

        if hello["type"] != "hello":
            refuse("unexpected", 4400, "The first frame must be hello")
        if 1 not in hello["versions"]:
            refuse("unsupported_version", 4406, "This relay speaks version 1")
        if hello["role"] != peer.role:
            refuse("forbidden", 4403, f"This path is for the role {peer.role}")
        if peer.role == "agent" and not hmac.compare_digest(hello.get("token", "").encode(), self.agent_token.encode()):
            refuse("unauthenticated", 4401, "The token is not valid")
        peer.source = "default" if peer.role == "agent" else hello.get("source", f"guest-{uuid.uuid4().hex[:8]}")
        peer.capabilities, peer.stream = frozenset(hello.get("capabilities", ())), hello.get("stream")
        own = {"conversation": peer.source} if peer.role == "client" else {}
        peer.send({"type": "welcome", "version": 1, "session": uuid.uuid4().hex, "identity": {"source": peer.source}, **own,
                   "heartbeat": {"intervalMs": INTERVAL_SECONDS * 1000, "graceMs": GRACE_SECONDS * 1000},
                   "limits": {"frameBytes": FRAME_BYTES, "contentLength": CONTENT_LENGTH},
                   "capabilities": ["stream", "signal"]})
        if peer.role == "agent":
            return self.enter(peer)
        for cursor in hello.get("attach", [{"conversation": peer.source}]):
            try:
                self.attach(peer, cursor)
            except Fault as fault:
                peer.send(fault.frame)

    def handle(self, peer, frame):
        handler = getattr(self, f"{peer.role}_{frame['type']}", None) or getattr(self, f"any_{frame['type']}", None)
        if handler is not None:
            handler(peer, frame)

    def any_hello(self, _peer, _frame):
        raise Fault("unexpected", "The session is open already")

    def any_ping(self, peer, frame):
        peer.send({**frame, "type": "pong"})

    def any_auth(self, _peer, _frame):
        raise Fault("unauthenticated", "Tokens cannot be renewed here")

    # --- clients

    def owned(self, peer, name, ref=None):
        if name != peer.source and not name.startswith(f"{peer.source}/"):
            raise Fault("forbidden", "The conversation is not yours", conversation=name, **({"ref": ref} if ref else {}))
        return self.conversations.setdefault(name, Conversation(name, "default"))

    def attach(self, peer, cursor):
        conversation = self.owned(peer, cursor["conversation"])
        conversation.attach(peer, cursor, self.presence(conversation.agent))

    def client_attach(self, peer, frame):
        self.attach(peer, frame)

    def client_detach(self, peer, frame):
        self.owned(peer, frame["conversation"]).peers.discard(peer)

    def client_event(self, peer, frame):
        conversation = self.owned(peer, frame.get("conversation", peer.source), frame["id"])
        self.limit_rate(peer, frame)
        if len(self.mailbox) >= MAILBOX_EVENTS and ("event", frame["id"]) not in conversation.known:
            raise Fault("mailbox_full", "The agent is away and its mailbox is full", True, ref=frame["id"])
        ack, stored = conversation.append({**frame, "conversation": conversation.name, "source": peer.source})
        peer.send(ack)
        if stored:
            self.mailbox[conversation.name, frame["id"]] = stored
            conversation.fan_out(stored)
            if conversation.agent in self.agents:
                self.agents[conversation.agent].send(stored)

    def limit_rate(self, peer, frame):
        now, written = time.monotonic(), self.written.setdefault(peer.source, deque())
        while written and written[0] <= now - RATE_SECONDS:
            written.popleft()
        if len(written) >= RATE_EVENTS:
            wait = int((written[0] + RATE_SECONDS - now) * 1000) + 1
            message = f"More than {RATE_EVENTS} events in {RATE_SECONDS} s"
            raise Fault("rate_limited", message, True, retryAfterMs=wait, ref=frame["id"])
        written.append(now)

    def client_cancel(self, peer, frame):
        conversation = self.owned(peer, frame["conversation"])
        if conversation.agent not in self.agents:
            raise Fault("agent_offline", "The agent is away", True, conversation=conversation.name)
        self.agents[conversation.agent].send({**frame, "source": peer.source})

    def client_signal(self, peer, frame):
        conversation = self.owned(peer, frame["conversation"])
        stamped = {**frame, "source": peer.source}
        for other in conversation.peers - {peer}:
            if "signal" in other.capabilities:
                other.send(stamped)

    # --- the agent

    def enter(self, peer):
        before, self.agents[peer.source] = self.agents.get(peer.source), peer
        if before is not None:
            before.send({"type": "bye", "reason": "replaced"})
            before.close(4409)
        self.announce(peer.source)
        for event in list(self.mailbox.values()):
            peer.send(event)

    def served(self, peer, frame):
        conversation = self.conversations.get(frame["conversation"])
        if conversation is None or conversation.agent != peer.source:
            ref = {"ref": frame["id"]} if "id" in frame else {}
            raise Fault("forbidden", "You do not serve this conversation", conversation=frame["conversation"], **ref)
        return conversation

    def agent_received(self, peer, frame):
        self.served(peer, frame)
        for id in frame["events"]:
            self.mailbox.pop((frame["conversation"], id), None)

    def agent_reply(self, peer, frame):
        conversation, stamped = self.served(peer, frame), {**frame, "source": peer.source}
        durable = frame["kind"] != "delta" if frame["type"] == "reply" else frame["status"] == "ended"
        if durable:
            ack, stored = conversation.append(stamped)
            peer.send(ack)
            if stored is None:
                return
            stamped = stored
        conversation.track(stamped)
        conversation.fan_out(stamped, "stream" if frame.get("kind") == "delta" else None)

    agent_turn = agent_reply

    def agent_signal(self, peer, frame):
        self.served(peer, frame).fan_out({**frame, "source": peer.source}, "signal")

    def presence(self, agent):
        peer = self.agents.get(agent)
        stream = {"stream": peer.stream} if peer is not None and peer.stream else {}
        return {"source": agent, "online": peer is not None, **stream}

    def announce(self, agent):
        for conversation in self.conversations.values():
            if conversation.agent == agent:
                presence = {"type": "signal", "kind": "presence", "conversation": conversation.name}
                conversation.fan_out({**presence, "agent": self.presence(agent)}, "signal")

    def leave(self, peer):
        self.peers.discard(peer)
        for conversation in self.conversations.values():
            conversation.peers.discard(peer)
        if peer.role == "agent" and self.agents.get(peer.source) is peer:
            del self.agents[peer.source]
            self.announce(peer.source)

    async def drain(self, _app):
        for peer in self.peers:
            peer.send({"type": "bye", "reason": "drain", "reconnectAfterMs": 1000})
            peer.close(4503)
        while self.peers:
            await asyncio.sleep(0.01)


async def run(arguments):
    relay = Relay(arguments.origin, os.environ.get("WEBSOCKET_CHANNEL_AGENT_TOKEN", ""))
    app = web.Application()
    app.router.add_get("/", lambda request: relay.connect(request, "client"))
    app.router.add_get("/openclaw", lambda request: relay.connect(request, "agent"))
    app.on_shutdown.append(relay.drain)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, arguments.host, arguments.port).start()
    print(f"listening ws://{arguments.host}:{runner.addresses[0][1]}", flush=True)
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await stopped.wait()
    await runner.cleanup()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--host", default="127.0.0.1")
    options.add_argument("--port", type=int, default=8765)
    options.add_argument("--origin", action="append", default=[])
    asyncio.run(run(options.parse_args()))
