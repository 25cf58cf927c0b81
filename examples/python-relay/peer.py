"""One connection: what it reads and writes, bounded, and its heartbeat."""

import asyncio
import itertools
import json
import time

from aiohttp import WSMsgType

from schema import LIMITS, Fault, parse

INTERVAL_SECONDS, GRACE_SECONDS = 15, 10
BUFFERED_FRAMES = 2_000  # more than a log keeps, so that a replay fits


class Peer:
    """`source` is nothing until the peer is welcomed, `code` until it is being closed."""

    def __init__(self, ws, transport, role):
        self.ws, self.transport, self.role = ws, transport, role
        self.source, self.capabilities, self.stream, self.code = None, frozenset(), None, None
        self.queue, self.heard, self.faults = asyncio.Queue(), time.monotonic(), 0

    async def read(self):
        """The next frame of a known type, or None at the end of the connection. Raises Fault."""
        while True:
            message = await self.ws.receive()
            self.heard = time.monotonic()
            if message.type == WSMsgType.BINARY:
                raise Fault("malformed", "Frames are text messages")
            if message.type != WSMsgType.TEXT:
                return None
            if len(message.data.encode()) > LIMITS["frameBytes"]:
                raise Fault("too_large", "The frame is too large", details={"limit": LIMITS["frameBytes"]})
            if frame := parse(message.data, self.role):
                return frame

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

    async def write(self):
        try:
            while (frame := await self.queue.get()) is not None:
                await asyncio.wait_for(self.ws.send_str(json.dumps(frame)), GRACE_SECONDS)
            await self.ws.close(code=self.code)
        except (ConnectionError, asyncio.TimeoutError):
            self.transport.abort()

    async def beat(self):
        for second in itertools.count(1):
            await asyncio.sleep(1)
            if time.monotonic() - self.heard > INTERVAL_SECONDS + GRACE_SECONDS:
                return self.close(4501)
            if second % INTERVAL_SECONDS == 0:
                self.send({"type": "ping"})
