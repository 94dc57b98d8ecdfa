"""Many accounts at once against the quotas, on a simulated clock.

A throttled call is tried again as botocore's standard mode does: up to five times in all, after a
random part of 1, 2, 4, ... seconds, 20 at the most
(https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from typing import Any, NamedTuple

import simpy

from benchmarks.organization.quotas import QUOTAS, quota_of

_ATTEMPTS, _LONGEST_BACKOFF = 5, 20.0
Process = Generator[Any, Any, Any]


class Call(NamedTuple):
    """A recorded call.

    Attributes:
        service: signing name.
        operation: API name.
        where: what has the quota: ``security`` or ``member``.
        region: the Region called.
    """

    service: str
    operation: str
    where: str
    region: str


class Cost(NamedTuple):
    """What calls and work take.

    Attributes:
        latency: seconds of a call.
        cpu: seconds of processor that the function needs between two calls.
    """

    latency: float
    cpu: float


class Throttled(Exception):  # noqa: N818 - told apart from errors of the program
    """A call was throttled to the end of its retries."""


class Bucket:
    """The tokens of one quota in one account and Region."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._tokens, self._at = burst, 0.0

    def take(self, now: float) -> bool:
        """Take a token, if there is one.

        Args:
            now: the simulated time, seconds.
        """
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


class Cloud:
    """The simulated AWS: a clock, the quotas, and counts of what happened.

    Args:
        cost: what calls and work take.
        seed: of the random backoffs.
    """

    def __init__(self, cost: Cost, seed: int = 1) -> None:
        self.clock = simpy.Environment()
        self.calls: Counter[tuple[str, str]] = Counter()
        self.throttled: Counter[tuple[str, str]] = Counter()
        self.given_up: Counter[tuple[str, str]] = Counter()
        self._cost, self._random = cost, random.Random(seed)  # noqa: S311 - backoffs, no secrets
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def call(self, one: Call, account: str, cpu: simpy.Resource | None) -> Process:
        """Make a call, with its retries.

        Args:
            one: the call.
            account: the member account that is worked on.
            cpu: the function's processor, shared by the threads of one environment.

        Raises:
            Throttled: when the last attempt was throttled too.
        """
        if cpu is not None:
            with cpu.request() as turn:
                yield turn
                yield self.clock.timeout(self._cost.cpu)
        what = (one.service, one.operation)
        for attempt in range(_ATTEMPTS):
            self.calls[what] += 1
            yield self.clock.timeout(self._cost.latency)
            if self._bucket(one, account).take(self.clock.now):
                return
            self.throttled[what] += 1
            if attempt < _ATTEMPTS - 1:
                most = min(2.0**attempt, _LONGEST_BACKOFF)
                yield self.clock.timeout(self._random.random() * most)
        self.given_up[what] += 1
        raise Throttled

    def _bucket(self, one: Call, account: str) -> Bucket:
        quota = quota_of(one.service, one.operation)
        if quota is None:
            return Bucket(float("inf"), float("inf"))
        security = one.where == "security"
        # Operations without a quota of their own are counted together.
        shared = one.operation if (one.service, one.operation) in QUOTAS else "*"
        key = (one.service, shared, "security" if security else account, one.region)
        if key not in self._buckets:
            self._buckets[key] = Bucket(quota.rate, quota.burst)
        return self._buckets[key]


class Queue:
    """The queue's messages, and what became of them."""

    def __init__(self, messages: Sequence[tuple[str, str]], visibility: float, most: int) -> None:
        self.ready = [(message, 1) for message in messages]
        self.visibility, self.most = visibility, most
        self.done: list[float] = []
        self.dead = 0
        self.hidden = 0


def remediate(
    cloud: Cloud,
    queue: Queue,
    trace_of: Callable[[bool], Sequence[Call]],
    batch_calls: Sequence[Call],
    concurrency: int,
    batch_size: int = 10,
) -> float:
    """Work the queue off, and return the seconds that environments were busy.

    Args:
        cloud: the simulated AWS.
        queue: the messages: account and Region.
        trace_of: the calls of one finding; True for the first one of its account that an
            environment sees, which has to enter the account.
        batch_calls: the calls of each batch.
        concurrency: environments at once.
        batch_size: messages of a batch.
    """
    busy = [0.0]
    clock = cloud.clock

    def task(message: tuple[str, str], count: int, first: bool, cpu: simpy.Resource) -> Process:
        account, region = message
        try:
            for one in trace_of(first):
                placed = one if one.where == "security" else one._replace(region=region)
                yield from cloud.call(placed, account, cpu)
            queue.done.append(clock.now)
        except Throttled:
            clock.process(again(message, count))

    def again(message: tuple[str, str], count: int) -> Process:
        if count >= queue.most:
            queue.dead += 1
            return
        queue.hidden += 1
        yield clock.timeout(queue.visibility)
        queue.hidden -= 1
        queue.ready.append((message, count + 1))

    def environment() -> Process:
        cpu = simpy.Resource(clock, capacity=1)
        entered: set[str] = set()
        while queue.ready or queue.hidden:
            if not queue.ready:
                yield clock.timeout(5)
                continue
            taken, queue.ready[:] = queue.ready[:batch_size], queue.ready[batch_size:]
            start = clock.now
            try:
                for one in batch_calls:
                    yield from cloud.call(one, "security", cpu)
            except Throttled:
                for message, count in taken:
                    clock.process(again(message, count))
                busy[0] += clock.now - start
                continue
            works = []
            for message, count in taken:
                works.append(clock.process(task(message, count, message[0] not in entered, cpu)))
                entered.add(message[0])
            yield clock.all_of(works)
            busy[0] += clock.now - start

    for _ in range(concurrency):
        clock.process(environment())
    clock.run()
    return busy[0]


def sweep(
    cloud: Cloud,
    accounts: Sequence[str],
    before: Sequence[Call],
    each_region: Callable[[str], Sequence[Call]],
    regions: Sequence[str],
    concurrency: int,
) -> tuple[float, int]:
    """Scan accounts, and return the seconds that functions ran and the accounts that failed.

    Args:
        cloud: the simulated AWS.
        accounts: the accounts.
        before: the calls of an account before its Regions.
        each_region: the calls in a Region.
        regions: the Regions, worked on at once.
        concurrency: accounts at once.
    """
    busy, failed = [0.0], [0]
    clock = cloud.clock
    slots = simpy.Resource(clock, capacity=concurrency)

    def one_region(account: str, region: str, cpu: simpy.Resource) -> Process:
        for one in each_region(region):
            yield from cloud.call(one._replace(region=region), account, cpu)

    def one_account(account: str) -> Process:
        with slots.request() as slot:
            yield slot
            start, cpu = clock.now, simpy.Resource(clock, capacity=1)
            try:
                for one in before:
                    yield from cloud.call(one, account, cpu)
                yield clock.all_of(
                    [clock.process(one_region(account, region, cpu)) for region in regions]
                )
            except Throttled:
                failed[0] += 1
            busy[0] += clock.now - start

    for account in accounts:
        clock.process(one_account(account))
    clock.run()
    return busy[0], failed[0]
