"""One connection: what it reads and writes, bounded, and its heartbeat."""

import asyncio
import json
from contextlib import contextmanager

from aiohttp import WSMsgType

from schema import Fault

HELLO_SECONDS, INTERVAL_SECONDS, GRACE_SECONDS = 5, 15, 10
BUFFERED_FRAMES = 2_000  # more than a log keeps, so that a replay fits


class Peer:
    """`source` is nothing until the peer is welcomed, `code` until it is being closed."""

    def __init__(self, ws, transport, role):
        self.ws, self.transport, self.role = ws, transport, role
        self.hello, self.source, self.code, self.queue = {}, None, None, asyncio.Queue()

    def reads(self, capability):
        return capability in self.hello.get("capabilities", ())

    async def read(self):
        """The next message, or None at the end of the connection. Closes a peer that is silent."""
        try:
            message = await self.ws.receive(INTERVAL_SECONDS + GRACE_SECONDS if self.source else HELLO_SECONDS)
        except asyncio.TimeoutError:
            return self.close(4501 if self.source else 4502)
        return message.data if message.type in (WSMsgType.TEXT, WSMsgType.BINARY) else None

    def send(self, frame):
        """Queues a frame. Who reads too slowly is dropped, and comes back with its cursor."""
        if self.queue.qsize() >= BUFFERED_FRAMES:
            self.queue = asyncio.Queue()
            self.close(4508)
        if self.code is None:
            self.queue.put_nowait(frame)

    def close(self, code):
        """Closes after what is queued."""
        if self.code is None:
            self.code = code
            self.queue.put_nowait(None)

    @contextmanager
    def refusals(self, frame):
        """Tells the peer why a frame of its is refused."""
        try:
            yield
        except Fault as fault:
            about = {"ref": frame.get("id"), "conversation": frame.get("conversation")}
            self.send({**{name: value for name, value in about.items() if value}, **fault.frame})
            if fault.close:
                self.close(fault.close)

    async def write(self):
        """Writes until the connection is closed from either end."""
        try:
            while (frame := await self.queue.get()) is not None:
                await asyncio.wait_for(self.ws.send_str(json.dumps(frame)), GRACE_SECONDS)
            await self.ws.close(code=self.code)
        except (ConnectionError, asyncio.TimeoutError):
            self.transport.abort()

    async def beat(self):
        while True:
            await asyncio.sleep(INTERVAL_SECONDS)
            self.send({"type": "ping"})
