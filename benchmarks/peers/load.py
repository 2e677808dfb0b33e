"""Send requests to a product: one after another for their cost, or from several clients at once."""

import gzip
import http.client
import json
import os
import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.peers import machine

GZIP = {"Accept-Encoding": "gzip"}
MAX_PROBES = 300
LONGEST = 120.0  # seconds for one response


class Reply(NamedTuple):
    status: int
    headers: Mapping[str, str]  # with names in lower case
    body: bytes

    @property
    def text(self) -> str:
        is_zipped = self.headers.get("content-encoding") == "gzip"
        return (gzip.decompress(self.body) if is_zipped else self.body).decode()


class Request(NamedTuple):
    """A GET, or with a body a POST."""

    path: str
    body: str = ""


@dataclass
class Measure:
    """What one product needed for one case. None is not measured."""

    cpu_ms: float | None = None  # processor time per request or comment
    per_second: float | None = None
    p50_ms: float | None = None
    p95_ms: float | None = None
    p99_ms: float | None = None
    max_ms: float | None = None
    kilobytes: float | None = None
    comments: int | None = None  # in the response
    requests: int | None = None  # that a browser sends for the page
    elements: int | None = None
    fcp_ms: float | None = None  # first contentful paint
    megabytes: float | None = None
    seconds: float | None = None
    errors: int = 0
    lost: int | None = None  # answered with success, but not stored
    others: float = 0.0  # share of the machine that others used meanwhile


def fetch(port: int, path: str, headers: Mapping[str, str], body: str = "") -> Reply:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=LONGEST)
    try:
        method = "POST" if body else "GET"
        client.request(method, path, body or None, {**headers, "User-Agent": "bench"})
        response = client.getresponse()
        names = {name.lower(): value for name, value in response.getheaders()}
        return Reply(response.status, names, response.read())
    finally:
        client.close()


def probe(
    servers: Sequence[machine.Running],
    port: int,
    requests: Sequence[Request],
    headers: Mapping[str, str],
    expected: int = 200,
    comment: str = "",
    seconds: float = 2.0,
) -> Measure:
    """Send requests one after another, and return the processor time of each, in the quarter of the
    time in which it was least.

    A response with another status is an error of the comparison, since refusals are cheap.
    `comment` is a pattern that matches the start of each comment in a response.
    """

    def ask(number: int) -> Reply:
        path, body = requests[number % len(requests)]
        reply = fetch(port, path, headers, body)
        if reply.status != expected:
            raise SystemExit(f"{path} on port {port} answers {reply.status}, not {expected}.")
        return reply

    started = time.monotonic()
    first = ask(0)
    took = time.monotonic() - started
    found = len(set(re.findall(comment, first.text))) if comment else None
    size = len(first.body) / 1_000
    if took < seconds:
        ask(1)  # the other worker, and what the first request left to be stored
        ask(2)
    processes = machine.tree_of(servers)
    machine.wait_until_idle(processes, 2)
    least, asked, deadline = float("inf"), 3, time.monotonic() + seconds
    while asked < MAX_PROBES and (time.monotonic() < deadline or asked == 3):
        before, count, part = machine.cpu_seconds(processes), 0, time.monotonic() + seconds / 4
        while not count or (count < MAX_PROBES / 4 and time.monotonic() < part):
            ask(asked)
            count, asked = count + 1, asked + 1
        least = min(least, (machine.cpu_seconds(processes) - before) / count)
    return Measure(cpu_ms=1_000 * least, kilobytes=size, comments=found)


def load(
    servers: Sequence[machine.Running],
    port: int,
    requests: Sequence[Request],
    headers: Mapping[str, str],
    folder: Path,
    seconds: int,
    clients: int,
    expected: int = 0,
) -> Measure:
    """Send requests from several clients at once. With `expected`, only responses with this status
    count, and all others are errors.
    """
    folder.mkdir(exist_ok=True)
    listed, heads = folder / "requests.txt", folder / "headers.txt"
    listed.write_text(
        "".join(f"{path}\t{body}\n" if body else f"{path}\n" for path, body in requests)
    )
    heads.write_text("".join(f"{name}: {value}\n" for name, value in headers.items()))
    cpu, times = machine.cpu_seconds(machine.tree_of(servers)), psutil.cpu_times()
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "60s"]
    done = subprocess.run(
        [*command, "-s", Path(__file__).with_name("load.lua"), f"http://127.0.0.1:{port}"],
        env=os.environ
        | {"REQUESTS": str(listed), "HEADERS": str(heads), "EXPECTED": str(expected)}
        | {"COUNT": "1" if expected else "0"},
        capture_output=True,
        text=True,
        timeout=seconds + 90,
    )
    busy = machine.busy_share(times, psutil.cpu_times())
    processes = machine.tree_of(servers)  # workers may have been replaced
    spent = machine.cpu_seconds(processes) - cpu
    found = re.search(r"^JSON (.+)$", done.stdout, re.M)
    if not found:
        raise SystemExit(f"wrk failed: {done.stdout[-500:]} {done.stderr[-500:]}")
    result = json.loads(found[1])
    if result["wrapped"] and expected and requests[0].body:
        raise SystemExit("There were too few comments to post: repeated ones would be refused.")
    machine.wait_until_idle(processes)
    count = result["ok"] if expected else result["requests"]
    used = spent / (result["seconds"] * (psutil.cpu_count() or 1))
    return Measure(
        per_second=count / result["seconds"],
        p50_ms=result["p50_ms"],
        p95_ms=result["p95_ms"],
        p99_ms=result["p99_ms"],
        max_ms=result["max_ms"],
        errors=result["errors"] + (result["requests"] - count),
        others=max(0.0, busy - used),
    )


def best(rounds: Sequence[Measure]) -> Measure:
    """Return the round with the most requests a second: other work only takes away from it."""
    return max(rounds, key=lambda measure: measure.per_second or 0.0)
