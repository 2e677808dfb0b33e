"""Caches for public pages. The site works without any of them.

What can't be read is rendered again, and what can't be written is not stored, so a failure of the
cache is never an error of the site.
"""

import logging
import os
import pickle
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from secrets import randbelow
from threading import Lock
from typing import ParamSpec, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache as DjangoRedisCache

from .outages import Breaker

logger = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 0.25  # timeout of cache operations; rendering a page is faster than waiting longer
LARGEST_SHARE = 8  # an entry larger than this fraction of the cache is not stored
AT_A_TIME = 50  # entries deleted at a time
MAX_BYTES_READ = 8_000_000  # of values that a process remembers, so that it needn't read them again

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS entry (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    value BLOB NOT NULL,
    expires REAL NOT NULL
);
"""


class ReadValues:
    """The values that this process read last from its caches, up to MAX_BYTES_READ as stored."""

    def __init__(self) -> None:
        self._values: OrderedDict[tuple[str, int], tuple[object, int]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, name: tuple[str, int]) -> object:
        with self._lock:
            if name not in self._values:
                return None
            self._values.move_to_end(name)
            return self._values[name][0]

    def add(self, name: tuple[str, int], value: object, size: int) -> None:
        with self._lock:
            _value, before = self._values.pop(name, (None, 0))
            self._values[name] = value, size
            self._size += size - before
            while self._size > MAX_BYTES_READ:
                _name, (_value, size) = self._values.popitem(last=False)
                self._size -= size


_read = ReadValues()


class FileCache(BaseCache):
    """A cache in one SQLite file, shared by the processes of a machine.

    It is limited by size (`MAX_BYTES`) instead of entries, and evicts the oldest first. It survives
    restarts, so that pages can be served even while the database is down.

    Values are not copied: whoever gets one must not change it.
    """

    def __init__(self, location: str, params: dict) -> None:
        super().__init__(params)
        self._path = Path(location)
        self._most = int(params.get("OPTIONS", {}).get("MAX_BYTES", 64 << 20))
        self._connection: sqlite3.Connection | None = None  # Django creates one cache per thread

    def get(self, key: str, default: object = None, version: int | None = None) -> object:
        rows = self._execute(
            "SELECT number FROM entry WHERE key = ? AND expires > ?",
            (self.make_and_validate_key(key, version), time.time()),
        )
        if not rows:
            return default
        name = (str(self._path), rows[0][0])
        if (value := _read.get(name)) is not None:
            return value
        values = self._execute("SELECT value FROM entry WHERE number = ?", (name[1],))
        if not values:  # replaced since
            return default
        value = pickle.loads(values[0][0])
        _read.add(name, value, len(values[0][0]))
        return value

    def set(
        self,
        key: str,
        value: object,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        self._store("INSERT OR REPLACE", key, value, timeout, version)

    def add(
        self,
        key: str,
        value: object,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        name = self.make_and_validate_key(key, version)
        self._execute("DELETE FROM entry WHERE key = ? AND expires <= ?", (name, time.time()))
        return bool(self._store("INSERT OR IGNORE", key, value, timeout, version))

    def touch(
        self,
        key: str,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        value = self.get(key, None, version)
        return value is not None and bool(
            self._store("INSERT OR REPLACE", key, value, timeout, version)
        )

    def delete(self, key: str, version: int | None = None) -> bool:
        name = self.make_and_validate_key(key, version)
        return bool(self._execute("DELETE FROM entry WHERE key = ? RETURNING 1", (name,)))

    def clear(self) -> None:
        self._execute("DELETE FROM entry")

    @property
    def is_reachable(self) -> bool:
        """Whether the file can be read."""
        return self._execute("SELECT 1") == [(1,)]

    @property
    def size(self) -> int:
        """The size of the contents in bytes."""
        (pages,), (free,), (size,) = (
            self._execute(f"PRAGMA {name}")[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size

    def _store(
        self, how: str, key: str, value: object, timeout: float | None, version: int | None
    ) -> int:
        """Store an entry. Returns the number stored: 1 or 0."""
        pickled = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        if len(pickled) > self._most // LARGEST_SHARE:
            self.delete(key, version)
            return 0
        expires = self.get_backend_timeout(timeout)
        rows = self._execute(
            f"{how} INTO entry (key, value, expires) VALUES (?, ?, ?) RETURNING 1",
            (
                self.make_and_validate_key(key, version),
                pickled,
                float("inf") if expires is None else expires,
            ),
        )
        self._make_room()
        return len(rows)

    def _make_room(self) -> None:
        with suppress(IndexError):  # the file can't be read at the moment
            while self.size > self._most:
                oldest = f"SELECT number FROM entry ORDER BY number LIMIT {AT_A_TIME}"
                if not self._execute(f"DELETE FROM entry WHERE number IN ({oldest}) RETURNING 1"):
                    break

    def _execute(self, sql: str, values: Iterable[object] = ()) -> list[tuple]:
        """Return the rows, or none if the file can't be opened, read or written."""
        try:
            if self._connection is None:
                self._connection = self._open()
            return self._connection.execute(sql, tuple(values)).fetchall()
        except sqlite3.OperationalError as error:  # locked, full or read-only
            logger.debug("%s: %s", self._path, error)
        except sqlite3.DatabaseError as error:  # not a database, or damaged
            logger.warning("%s is damaged; a new one was started: %s", self._path, error)
            self._begin_anew()
        except OSError as error:
            logger.debug("%s: %s", self._path, error)
        return []

    def _open(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # Only the owner may write, because entries are unpickled.
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        if os.geteuid() == 0:  # running a command as root; the site may have its own user
            folder = self._path.parent.stat()
            os.chown(self._path, folder.st_uid, folder.st_gid)
        connection = sqlite3.connect(
            self._path, timeout=SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.executescript(SCHEMA)
        if not connection.execute("SELECT 1 FROM sqlite_sequence").fetchone():
            # A process may remember values of a former file by their numbers.
            connection.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES ('entry', ?)", (randbelow(1 << 50),)
            )
        return connection

    def _begin_anew(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
            self._connection = None
        for end in ("", "-wal", "-shm"):
            with suppress(OSError):
                os.unlink(f"{self._path}{end}")


_redis = Breaker(rest=5)  # shared by the process, since Django creates one cache per thread


def _or_without(method: Callable[P, T], instead: Callable[P, T]) -> Callable[P, T]:
    """Return a cache method that calls `instead` while Redis is unavailable."""

    @wraps(method)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        import redis

        if _redis.is_open():
            return instead(*args, **kwargs)
        try:
            answer = method(*args, **kwargs)
        except (redis.ConnectionError, redis.TimeoutError) as error:
            if _redis.failed():
                logger.warning("Redis is not reachable, so pages are not cached: %s", error)
            return instead(*args, **kwargs)
        # Redis is full or a read-only replica: it answers with an error
        except redis.RedisError as error:
            logger.debug("Redis: %s", error)
            answer = instead(*args, **kwargs)
        if _redis.answered():
            logger.warning("Redis is reachable again.")
        return answer

    return guarded


class RedisCache(DjangoRedisCache):
    """Django's Redis cache that behaves like an empty cache while Redis is unavailable."""

    def __init__(self, server: str, params: dict) -> None:
        from redis.backoff import NoBackoff
        from redis.retry import Retry

        options = {
            "socket_timeout": SECONDS,
            "socket_connect_timeout": SECONDS,
            "retry": Retry(NoBackoff(), 0),
        }
        params = {**params, "OPTIONS": options | params.get("OPTIONS", {})}
        super().__init__(server, params)

    add = _or_without(DjangoRedisCache.add, lambda *args, **kwargs: False)
    get = _or_without(DjangoRedisCache.get, lambda self, key, default=None, version=None: default)
    set = _or_without(DjangoRedisCache.set, lambda *args, **kwargs: None)
    touch = _or_without(DjangoRedisCache.touch, lambda *args, **kwargs: False)
    delete = _or_without(DjangoRedisCache.delete, lambda *args, **kwargs: False)
    get_many = _or_without(DjangoRedisCache.get_many, lambda *args, **kwargs: {})
    has_key = _or_without(DjangoRedisCache.has_key, lambda *args, **kwargs: False)
    set_many = _or_without(
        DjangoRedisCache.set_many, lambda self, data, *args, **kwargs: list(data)
    )
    delete_many = _or_without(DjangoRedisCache.delete_many, lambda *args, **kwargs: None)
    clear = _or_without(DjangoRedisCache.clear, lambda *args, **kwargs: None)
    _ping = _or_without(lambda self: bool(self._cache.get_client().ping()), lambda self: False)

    @property
    def is_reachable(self) -> bool:
        """Whether Redis answers now."""
        return self._ping()
