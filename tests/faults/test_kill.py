"""An import, undo, redo or export that is killed at any time and started again gives the same result
as an undisturbed one.

``make faults`` kills a hundred, with more comments: KILLS=100 COMMENTS=10000.
"""

import os
import random
import re
import shutil
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from subprocess import Popen, TimeoutExpired

import pytest

from benchmarks.exports import make
from commentary.discussions import tree
from commentary.models import Article, Comment, ImportRun, tallies
from tests.faults.imports import dump, empty, exports, finish, start, start_command
from tests.importing.stored_tables import assert_same, stored_tables

POLL = 0.02  # seconds
KILLS = int(os.environ.get("KILLS", "2"))
COMMENTS = int(os.environ.get("COMMENTS", "1600"))


def wait_until(has_begun: Callable[[], bool], process: Popen[str]) -> None:
    """Wait until a process has begun to write, or has ended."""
    while process.poll() is None and not has_begun():
        time.sleep(POLL)


def seconds_of(process: Popen[str], has_begun: Callable[[], bool]) -> float:
    """Return how long an undisturbed process writes."""
    wait_until(has_begun, process)
    began = time.monotonic()
    finish(process)
    return time.monotonic() - began


def killed_while_it_writes(
    process: Popen[str], has_begun: Callable[[], bool], seconds: float
) -> bool:
    """Kill a process so many seconds after it has begun to write. Returns whether it was still
    running.
    """
    wait_until(has_begun, process)
    is_killed = False
    try:
        process.wait(seconds)
    except TimeoutExpired:
        process.kill()
        is_killed = True
    process.communicate()
    return is_killed


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_started_again_gives_the_same_result_as_an_uninterrupted_one(
    tmp_path, counted
):
    folder = exports(tmp_path, COMMENTS)
    began = time.monotonic()
    finish(start(folder))
    lasts = time.monotonic() - began
    undisturbed = dump()
    assert len(undisturbed["comments"]) == COMMENTS
    dice = random.Random(20260101)
    killed, in_between = 0, 0
    for _ in range(KILLS):
        empty()
        process = start(folder)
        try:
            process.wait(dice.uniform(0.4, 1) * lasts)
        except TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
        in_between += 0 < Comment.objects.count() < COMMENTS
        finish(start(folder))
        again = dump()
        for table, rows in undisturbed.items():
            assert again[table] == rows, table
    assert tree.check() == []
    counted(
        f"{KILLS} imports of {COMMENTS} comments: {killed} killed, "
        f"{in_between} with a part stored; all ended as the undisturbed one"
    )


@pytest.mark.django_db(transaction=True)
def test_a_killed_undo_or_redo_started_again_gives_the_same_result_as_an_uninterrupted_one(
    tmp_path,
    counted,
):
    finish(start(exports(tmp_path, COMMENTS)))
    run = ImportRun.objects.filter(source__format="wordpress").get()
    after = stored_tables()
    lasts = seconds_of(start_command("undo_import", run.pk), lambda: is_reversed(run, True))
    before = stored_tables()
    assert len(before["Comment"]) == len(after["Comment"]) - COMMENTS // 4
    finish(start_command("undo_import", run.pk, "--redo"))
    assert_same(stored_tables(), after)
    dice = random.Random(20260202)
    killed, in_between = 0, 0
    for _ in range(KILLS):
        for option, done, wanted in (((), "undone", before), (("--redo",), "", after)):
            process = start_command("undo_import", run.pk, *option)
            has_begun = partial(is_reversed, run, not option)
            killed += killed_while_it_writes(process, has_begun, dice.uniform(0, 1) * lasts)
            in_between += assert_no_article_is_half_done(run)
            if ImportRun.objects.get(pk=run.pk).undo_state != done or not_begun(run, done):
                finish(start_command("undo_import", run.pk, *option))
            assert_same(stored_tables(), wanted)
            assert tree.check() == []
            assert tallies.wrong() == []
    counted(
        f"{KILLS} undos and redos: {killed} killed, {in_between} with a part "
        "done; all ended as the undisturbed one"
    )


def is_reversed(run: ImportRun, is_undone: bool) -> bool:
    """Return whether any article of a run is undone, or redone."""
    changes = run.changes.exclude(article_key=0)
    return changes.filter(is_undone=is_undone).exists()


def not_begun(run: ImportRun, done: str) -> bool:
    """Return whether a redo was killed before it began."""
    return not done and run.changes.filter(is_undone=True).exists()


def assert_no_article_is_half_done(run: ImportRun) -> bool:
    """Assert that each article is undone or not. Returns whether some are and others not."""
    counts = {True: 0, False: 0}
    for change in run.changes.exclude(article_key=0):
        article = Article.objects.filter(pk=change.article_key).first()
        assert change.is_undone == (article is None)
        counts[change.is_undone] += 1
    assert tree.check() == []
    assert tallies.wrong() == []
    return all(counts.values())


def is_corrected() -> bool:
    """Return whether the second import has changed any comment."""
    return Comment.objects.filter(body__startswith="Corrected: ").exists()


@pytest.mark.django_db(transaction=True)
def test_a_killed_second_import_started_again_merges_like_an_uninterrupted_one(tmp_path, counted):
    first = make("wordpress", tmp_path, COMMENTS // 4, 40, COMMENTS // 8)
    finish(start(first))
    before = stored_tables()
    data = first.read_bytes()
    second = tmp_path / "second.xml"
    second.write_bytes(re.sub(rb"(<wp:comment_content>[^<]*<!\[CDATA\[)", rb"\1Corrected: ", data))
    assert second.read_bytes() != data
    lasts = seconds_of(start(second), is_corrected)
    merged = dump()
    assert any("Corrected: " in str(row) for row in merged["comments"])
    finish(start_command("undo_import", ImportRun.objects.latest("pk").pk))
    assert_same(stored_tables(), before)
    dice = random.Random(20260303)
    killed, in_between = 0, 0
    for _ in range(KILLS):
        process = start(second)
        killed += killed_while_it_writes(process, is_corrected, dice.uniform(0, 1) * lasts)
        corrected = Comment.objects.filter(body__startswith="Corrected: ").count()
        in_between += 0 < corrected < Comment.objects.count()
        finish(start(second))
        now = dump()
        for table in ("articles", "comments", "discussions", "authors", "found"):
            assert now[table] == merged[table], table
        finish(start_command("undo_import", ImportRun.objects.latest("pk").pk))
        assert_same(stored_tables(), before)
    assert tree.check() == []
    counted(
        f"{KILLS} second imports: {killed} killed, {in_between} with a part "
        "merged; all ended as the undisturbed one, and their undo was exact"
    )


def contents(target: Path) -> dict[str, str]:
    """Return digests of the files of an export, {} if there is none."""
    files = [target] if target.is_file() else sorted(target.rglob("*"))
    return {
        str(path.relative_to(target)): sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.is_file()
    }


def remove_unfinished(folder: Path) -> bool:
    """Remove what a killed export left, which must be hidden. Returns whether it left anything."""
    left = list(folder.iterdir())
    for path in left:
        assert path.name.startswith(".") and ".unfinished-" in path.name, path
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return bool(left)


def remove(target: Path) -> None:
    if target.exists():
        shutil.rmtree(target) if target.is_dir() else target.unlink()


@pytest.mark.django_db(transaction=True)
def test_a_killed_export_leaves_no_file_or_a_complete_one(tmp_path, counted):
    finish(start(make("wordpress", tmp_path, COMMENTS // 4, 40, COMMENTS // 8)))
    folder = tmp_path / "exports"
    folder.mkdir()
    target = folder / "made"
    site = ("--site", "https://example.org")
    commands: list[tuple[object, ...]] = [
        ("export_archive", target),
        ("export_commentary", "--format", "jsonl", "--output", target),
        ("export_commentary", "--format", "fixture", "--output", target),
        ("export_commentary", "--format", "wxr", *site, "--output", target),
        ("export_commentary", "--all", "--output", target),
    ]
    complete, lasts = [], []
    for command in commands:
        lasts.append(seconds_of(start_command(*command), lambda: any(folder.iterdir())))
        complete.append(contents(target))
        remove(target)
    dice = random.Random(20260404)
    killed, in_between = 0, 0
    for number in range(max(KILLS, len(commands))):
        which = number % len(commands)
        process, seconds = start_command(*commands[which]), dice.uniform(0, 1) * lasts[which]
        killed += killed_while_it_writes(process, lambda: any(folder.iterdir()), seconds)
        assert contents(target) in ({}, complete[which]), commands[which]
        remove(target)
        in_between += remove_unfinished(folder)
        finish(start_command(*commands[which]))
        assert contents(target) == complete[which], commands[which]
        remove(target)
        assert not remove_unfinished(folder)
    counted(
        f"{max(KILLS, len(commands))} exports: {killed} killed, "
        f"{in_between} with a part written; all ended as the undisturbed one"
    )
