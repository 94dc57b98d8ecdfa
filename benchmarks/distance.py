"""The way to the embedded account: a delay for each round trip, as an AWS Region has one.

The account spends milliseconds of processor on a call and shares this machine with its callers,
which AWS doesn't. So answers to reading calls can be remembered: then what is timed is the caller.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from threading import Event, Thread
from typing import Any, NamedTuple

from aiohttp import ClientSession, TCPConnector, web

from fixtures.stopping import Stopping

_SCOPE = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/")
CONTROL = "/_distance"


class _Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Distance(Stopping):
    """A proxy before an account, in a thread of its own; a context manager that ends it.

    Args:
        endpoint_url: the account's address.

    Attributes:
        endpoint_url: the proxy's, for ``AWS_ENDPOINT_URL``.
        latency_ms: what each call waits before it is answered.
        remembers: True answers reading calls from memory once they were answered.
    """

    def __init__(self, endpoint_url: str) -> None:
        self._account = endpoint_url
        self.endpoint_url = ""
        self.latency_ms = 0
        self.remembers = False
        self._calls: Counter[str] = Counter()
        self._memory: dict[tuple[str, ...], _Answer] = {}
        self._loop = asyncio.new_event_loop()
        self._ready, self._ended = Event(), asyncio.Event()
        self._thread = Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """End the proxy."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()
        self._loop.close()

    def set_out(self, latency_ms: int, *, remembers: bool) -> None:
        """Set the delay, and forget what was counted and remembered."""
        self.latency_ms, self.remembers = latency_ms, remembers
        self._calls.clear()
        self._memory.clear()

    def calls(self) -> Counter[str]:
        """Return how many calls each service got since the last time this was asked."""
        counted = Counter(self._calls)
        self._calls.clear()
        return counted

    async def _serve(self) -> None:
        application = web.Application(client_max_size=2**24)
        application.router.add_post(CONTROL, self._control)
        application.router.add_route("*", "/{path:.*}", self._handle)
        # Bodies pass as they are, compressed or not.
        connector = TCPConnector(limit=0)
        async with ClientSession(connector=connector, auto_decompress=False) as self._session:
            runner = web.AppRunner(application, access_log=None)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0, backlog=256)
            await site.start()
            host, port = runner.addresses[0][:2]
            self.endpoint_url = f"http://{host}:{port}"
            self._ready.set()
            await self._ended.wait()
            await runner.cleanup()

    async def _control(self, request: web.Request) -> web.Response:
        # The program that runs in Prowler's process asks from there.
        asked = await request.json()
        if "latency_ms" in asked:
            self.latency_ms = asked["latency_ms"]
        return web.json_response(dict(self.calls()))

    async def _handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        region, service = _scope(request)
        self._calls[service] += 1
        if self.latency_ms:
            await asyncio.sleep(self.latency_ms / 1000)
        key = (request.method, request.path_qs, region, service, body.decode("latin-1"))
        answer = self._memory.get(key)
        if answer is None:
            answer = await self._forward(request, body)
            if self.remembers and answer.status == 200:
                self._memory[key] = answer
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)

    async def _forward(self, request: web.Request, body: bytes) -> _Answer:
        skipped = {"host", "content-length", "transfer-encoding", "connection", "expect"}
        headers: Any = {k: v for k, v in request.headers.items() if k.lower() not in skipped}
        async with self._session.request(
            request.method,
            f"{self._account}{request.raw_path}",
            headers=headers,
            data=body,
            allow_redirects=False,
        ) as answered:
            content = await answered.read()
            kept = {k: v for k, v in answered.headers.items() if k.lower() not in skipped}
            return _Answer(answered.status, kept, content)


def _scope(request: web.Request) -> tuple[str, str]:
    found = _SCOPE.search(request.headers.get("Authorization", ""))
    return (found[1], found[2]) if found else ("", "")
