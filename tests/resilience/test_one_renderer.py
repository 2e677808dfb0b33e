"""One reader renders a page that isn't stored, while the others wait for it."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache

from commentary.reading import one_renderer
from tests.resilience.test_worker import ask
from tests.test_run import ROOT, free_port


@pytest.mark.slow
def test_300_readers_of_two_processes_cause_few_renderings(tmp_path, counted):
    port, log, errors = free_port(), tmp_path / "rendered", tmp_path / "errors"
    env = {name: value for name, value in os.environ.items() if name != "CACHE_URL"}
    env |= {"DJANGO_SETTINGS_MODULE": "config.settings", "VAR_DIR": str(tmp_path)}
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "-k", "config.worker.Worker", "--no-control-socket",
            "--workers", "2", "--threads", "8", "-b", f"127.0.0.1:{port}",
            "tests.resilience.slow_page:application",
        ],
        cwd=ROOT, env=env | {"RENDERED": str(log)}, stderr=errors.open("w"),
    )  # fmt: skip
    try:
        for _ in range(600):
            try:
                assert ask(port, "/healthz") == "ok\n"
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.1)
        with ThreadPoolExecutor(30) as readers:
            pages = list(readers.map(lambda _: ask(port, "/"), range(300)))
    finally:
        process.terminate()
        process.wait(30)
    assert set(pages) == {"Bees " * 1_000}, errors.read_text()
    rendered = log.read_text().count("once")
    counted(f"{len(pages)} readers of a page that is not stored: renderings: {rendered}")
    assert 1 <= rendered <= 3


def test_nobody_waits_for_a_process_that_has_died(monkeypatch):
    monkeypatch.setattr(one_renderer, "SECONDS", 0.2)
    assert one_renderer.wait_for("page", lambda: None) is None
    started = time.monotonic()
    assert one_renderer.wait_for("page", lambda: None) is None
    assert time.monotonic() - started >= 0.2


def test_nobody_waits_after_a_failure(monkeypatch):
    monkeypatch.setattr(one_renderer, "SECONDS", 3600)
    assert one_renderer.wait_for("page", lambda: None) is None
    with ThreadPoolExecutor(1) as reader:
        waiting = reader.submit(one_renderer.wait_for, "page", lambda: None)
        one_renderer.rendered("page")
        assert waiting.result(timeout=60) is None


def test_nobody_waits_without_a_cache(monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *args, **kwargs: False)
    monkeypatch.setattr(cache, "get", lambda *args, **kwargs: None)
    monkeypatch.setattr(one_renderer, "SECONDS", 3600)
    assert one_renderer.wait_for("page", lambda: None) is None


def test_a_page_stored_meanwhile_is_found():
    assert one_renderer.wait_for("page", lambda: "stored") == "stored"
    assert one_renderer.wait_for("page", lambda: None) is None  # so the first one doesn't hold it
