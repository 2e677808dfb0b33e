"""Processes of a run: start them, wait for their ports, measure them, and end only them."""

import os
import pwd
import resource
import shutil
import signal
import socket
import subprocess
import threading
import time
import venv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import psutil

START_SECONDS = 60.0
STOP_SECONDS = 20.0


class Folder:
    """The work folder of the comparison. Everything in it can be deleted."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o755)  # PostgreSQL runs as another user if started by root

    def __truediv__(self, name: str) -> Path:
        return self.path / name

    def fill(self, template: Path, target: Path, values: Mapping[str, object]) -> None:
        """Write a configuration file: each @NAME@ of the template becomes a value."""
        text = template.read_text()
        for name, value in values.items():
            text = text.replace(f"@{name}@", str(value))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


class Running(Protocol):
    """Something with processes, whose cost is measured."""

    @property
    def tree(self) -> list[psutil.Process]: ...


class Server:
    """A running process that we started, with all processes below it."""

    def __init__(
        self,
        command: Sequence[object],
        log: Path,
        port: int | Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> None:
        """Start the command, and wait until its port or socket accepts connections."""
        if _accepts(port):
            raise SystemExit(f"{port} is in use. End the process that uses it, then try again.")
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            self.process = psutil.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env={**os.environ, **(env or {})},
                cwd=cwd,
                start_new_session=True,  # Ctrl-C reaches only us, and we end it
            )
        deadline = time.monotonic() + START_SECONDS
        while not _accepts(port):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SystemExit(f"{command[0]} did not start. See {log}")
            time.sleep(0.01)

    def stop(self) -> None:
        """End the process and what it started."""
        children = below(self.process)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        _gone, alive = psutil.wait_procs([self.process, *children], STOP_SECONDS)
        for process in alive:
            process.kill()

    @property
    def tree(self) -> list[psutil.Process]:
        return [self.process, *below(self.process)]


def below(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _accepts(port: int | Path) -> bool:
    family = socket.AF_INET if isinstance(port, int) else socket.AF_UNIX
    address = ("127.0.0.1", port) if isinstance(port, int) else str(port)
    with socket.socket(family) as client:
        return client.connect_ex(address) == 0


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    """Return the processor time so far, that of children that ended included.

    The scheduler's clock is exact; the times of a process have steps of 10 ms.
    """
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.children_user + times.children_system
        try:
            tasks = [task / "schedstat" for task in Path(f"/proc/{process.pid}/task").iterdir()]
            total += sum(int(task.read_text().split()[0]) for task in tasks) / 1e9
        except OSError:
            total += times.user + times.system
    return total


def wait_until_idle(processes: Sequence[psutil.Process], seconds: float = 10) -> None:
    """Wait until requests that were given up are finished."""
    deadline, before = time.monotonic() + seconds, cpu_seconds(processes)
    while time.monotonic() < deadline:
        time.sleep(0.15)
        now = cpu_seconds(processes)
        if now - before < 0.02:
            return
        before = now


def busy_share(before: Sequence[float], after: Sequence[float]) -> float:
    """Return the share of the machine that was busy between two results of psutil.cpu_times."""
    passed = [late - early for early, late in zip(before, after, strict=True)]
    idle = passed[3] + passed[4]
    return 1 - idle / (sum(passed[:8]) or 1)


def megabytes(processes: Iterable[psutil.Process]) -> float:
    """Return the memory in use, with each shared page divided among those that share it."""
    total = 0
    for process in processes:
        try:
            total += process.memory_full_info().pss
        except psutil.Error:
            pass
    return total / 1e6


class PeakMemory(threading.Thread):
    """Watches the memory of processes, inside ``with``."""

    def __init__(self, servers: Sequence[Running]) -> None:
        super().__init__(daemon=True)
        self.servers, self.peak, self.done = servers, 0.0, threading.Event()

    def run(self) -> None:
        while not self.done.wait(0.5):
            self.peak = max(self.peak, megabytes(tree_of(self.servers)))

    def __enter__(self) -> "PeakMemory":
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.done.set()
        self.join()


def tree_of(servers: Iterable[Running]) -> list[psutil.Process]:
    return [process for server in servers for process in server.tree]


def account() -> str:
    """Return the name of the account that runs us."""
    return pwd.getpwuid(os.geteuid()).pw_name


def find(name: str) -> str:
    """Return the path of a program. Those of servers are not always on the PATH."""
    path = shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")
    if path is None:
        raise SystemExit(f"{name} was not found. Run make bench-peers, which installs it.")
    return path


def run(
    command: Sequence[object], env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> str:
    """Run a command and return what it prints, or exit with its errors."""
    parts = [str(part) for part in command]
    done = subprocess.run(
        parts, env={**os.environ, **(env or {})}, cwd=cwd, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(parts[:3])} failed: {done.stderr[-2_000:]}")
    return done.stdout


def timed_run(
    command: Sequence[object], env: Mapping[str, str], servers: Sequence[Running]
) -> tuple[float, float]:
    """Run a command; return its seconds, and its processor time with that of the servers."""

    def spent() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return children.ru_utime + children.ru_stime + cpu_seconds(tree_of(servers))

    started, before = time.perf_counter(), spent()
    run(command, env)
    return time.perf_counter() - started, spent() - before


def virtual_environment(path: Path, *packages: str) -> None:
    """Install packages into an environment of their own, unless that was done before."""
    done = path / "complete"
    if done.exists() and done.read_text().split() == list(packages):
        return
    venv.create(path, clear=True, with_pip=True)
    pip = [path / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--no-input"]
    run([*pip, "install", "--quiet", *packages])
    done.write_text(" ".join(packages))
