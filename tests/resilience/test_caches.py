"""Caches that are missing, full, damaged or unresponsive, and never exceed their limits."""

import os
import sqlite3
import threading

import pytest

from commentary.resilience import caches
from commentary.resilience.caches import FileCache

MAX_BYTES = 1_000_000


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "pages.sqlite3"


def cache_at(path, most: int = MAX_BYTES) -> FileCache:
    return FileCache(str(path), {"OPTIONS": {"MAX_BYTES": most}})


@pytest.fixture
def cache(path):
    return cache_at(path)


class TestFileCache:
    def test_stored_values_are_returned(self, cache):
        cache.set("a", ("tag", b"bytes"))
        assert cache.get("a") == ("tag", b"bytes")
        assert cache.get("b", 1) == 1
        cache.set("a", 2)
        assert cache.get("a") == 2
        assert cache.delete("a")
        assert not cache.delete("a")
        assert cache.get("a") is None

    def test_all_operations_of_django_caches_are_supported(self, cache):
        assert cache.add("n", 1)
        assert not cache.add("n", 5)
        assert cache.incr("n") == 2
        assert cache.set_many({"a": 1, "b": 2}) == []
        assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
        assert "a" in cache
        assert cache.touch("a", 100)
        assert not cache.touch("c")
        cache.clear()
        assert "a" not in cache

    def test_expired_values_are_not_found(self, cache):
        cache.set("a", 1, timeout=-1)
        cache.set("b", 1, timeout=None)
        assert (cache.get("a"), cache.get("b")) == (None, 1)
        assert cache.add("a", 2)

    def test_another_process_finds_stored_values(self, cache, path):
        cache.set("a", 1)
        assert cache_at(path).get("a") == 1

    def test_the_size_limit_is_kept(self, cache, path):
        for i in range(10_000):
            cache.set(f"page{i}", os.urandom(500))
        assert cache.size <= MAX_BYTES
        assert path.stat().st_size <= 2 * MAX_BYTES
        assert cache.get("page9999")
        assert cache.get("page0") is None  # the oldest entry was evicted

    def test_values_are_read_once(self, cache, path):
        cache.set("a", (1, b"bytes"))
        assert cache.get("a") is cache.get("a")
        cache_at(path).set("a", (2, b"bytes"))
        assert cache.get("a") == (2, b"bytes")
        cache_at(path).delete("a")
        assert cache.get("a") is None

    def test_the_values_remembered_are_limited_by_size(self, monkeypatch):
        monkeypatch.setattr(caches, "MAX_BYTES_READ", 1_000)
        values = caches.ReadValues()
        for number in range(10):
            values.add(("file", number), number, 300)
            values.add(("file", number), number, 200)
            values.get(("file", 5))
        kept = [number for number in range(10) if values.get(("file", number)) is not None]
        assert kept == [5, 7, 8, 9]

    def test_values_of_a_replaced_file_are_forgotten(self, cache, path):
        cache.set("a", "old")
        assert cache.get("a") == "old"
        for file in path.parent.iterdir():
            file.unlink()
        for number in range(5):
            cache_at(path).set("a", number)
            assert cache_at(path).get("a") == number

    def test_an_oversized_entry_evicts_no_others(self, cache):
        cache.set("small", 1)
        cache.set("large", b"before")
        cache.set("large", os.urandom(MAX_BYTES))
        assert (cache.get("small"), cache.get("large")) == (1, None)

    def test_only_the_owner_may_write_the_file(self, cache, path):
        cache.set("a", 1)
        assert path.stat().st_mode & 0o077 == 0

    @pytest.mark.parametrize(
        "damage", [b"", b"no database" * 1_000, b"SQLite format 3\0" + b"x" * 5_000]
    )
    def test_a_damaged_file_is_replaced(self, cache, path, damage):
        path.parent.mkdir()
        path.write_bytes(damage)
        assert cache.get("a") is None
        cache.set("a", 1)
        cache.set("a", 1)
        assert cache_at(path).get("a") == 1

    def test_a_file_damaged_while_open_is_replaced(self, cache, path):
        for i in range(100):
            cache.set(f"{i}", os.urandom(5_000))
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.write(b"x" * size)
        other = cache_at(path)
        for _ in range(3):
            other.get("99")
            other.set("a", 1)
        assert other.get("a") == 1

    def test_an_unwritable_folder_is_not_an_error(self, tmp_path):
        (tmp_path / "file").write_text("in the way")
        cache = cache_at(tmp_path / "file" / "pages.sqlite3")
        cache.set("a", 1)
        assert cache.get("a") is None
        assert not cache.add("a", 1)
        assert not cache.is_reachable

    def test_a_full_disk_is_not_an_error(self, cache):
        cache.set("a", 1)
        pages = cache._connection.execute("PRAGMA page_count").fetchone()[0]
        cache._connection.execute(f"PRAGMA max_page_count = {pages}")
        for i in range(50):
            cache.set(f"{i}", os.urandom(5_000))
        assert cache.get("a") == 1

    def test_nobody_waits_long_for_a_lock(self, cache, path):
        cache.set("a", 1)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        cache.set("a", 2)
        assert cache.get("a") == 1
        other.execute("ROLLBACK")
        cache.set("a", 3)
        assert cache.get("a") == 3

    def test_many_threads_can_use_it_at_once(self, path):
        errors = []

        def use(n):
            try:
                cache = cache_at(path)
                for i in range(100):
                    cache.set(f"{n}-{i}", os.urandom(3_000))
                    cache.get(f"{n}-{i - 1}")
            except Exception as error:  # noqa: BLE001
                errors.append(error)

        threads = [threading.Thread(target=use, args=[n]) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert cache_at(path).size <= MAX_BYTES
