"""Isso, with SQLite. It has no pages: its threads are JSON, which a script shows."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from benchmarks.peers import data, machine
from benchmarks.peers.load import Measure, Request
from benchmarks.peers.product import Product, Site

VERSION = "0.14.0"
PORT = 18083
CONFIG = Path(__file__).parent / "files" / "isso.cfg"
IMPORTED = 2_000  # comments


class Isso(Product):
    name = "Isso"
    accepted = 202

    def __init__(self, folder: machine.Folder) -> None:
        self.folder, self.home = folder, folder / "isso"
        self.bin = folder / "venv-isso" / "bin"
        self.server: machine.Server | None = None

    def set_up(self) -> None:
        machine.virtual_environment(self.bin.parent, f"isso=={VERSION}", "gunicorn==27.*")
        if (self.home / "site.db").exists():
            return
        export = self.folder / "data.disqus.xml"
        self._import(export, "unfinished")
        (self.home / "unfinished.db").rename(self.home / "site.db")

    def _configure(self, database: str) -> Path:
        path = self.home / f"{database}.cfg"
        values = {"DATABASE": self.home / f"{database}.db", "PORT": PORT}
        self.folder.fill(CONFIG, path, values | {"FOLDER": self.folder.path})
        return path

    def _import(self, export: Path, database: str) -> tuple[float, float]:
        """Import into a new database. `--empty-id` because Isso takes ids without children for
        empty on recent versions of Python.
        """
        (self.home / f"{database}.db").unlink(missing_ok=True)
        config = self._configure(database)
        command = [self.bin / "isso", "-c", config, "import", "-t", "disqus", "--empty-id", export]
        (self.folder / "log").mkdir(exist_ok=True)
        return machine.timed_run(command, {}, [])

    def start(self) -> list[Site]:
        env = {"ISSO_SETTINGS": str(self._configure("site"))}
        command = [self.bin / "gunicorn", "-b", f"127.0.0.1:{PORT}", "-w", "2", "-t", "120"]
        command += ["--no-control-socket", "isso.run"]
        self.server = machine.Server(command, self.folder / "log/isso.log", PORT, env)
        paths = {f"article{size}": f"/?uri={uri(slug)}" for size, slug in data.SLUGS.items()}
        label = f"Isso {VERSION} (JSON)"
        return [Site("isso", label, PORT, [self.server], paths, comment=r'"id": ?\d+')]

    def stop(self) -> None:
        if self.server:
            self.server.stop()

    def post_cases(self) -> Sequence[str]:
        return ("post",)

    def comments(self, case: str, count: int) -> list[Request]:
        fields = {"author": "Bench", "email": "bench@example.org", "website": None, "parent": None}
        path = f"/new?uri={uri('article-2')}"
        texts = data.new_texts(count)
        return [Request(path, json.dumps(fields | {"text": text})) for text in texts]

    def post_headers(self) -> Mapping[str, str]:
        origin = f"http://127.0.0.1:{PORT}"
        return {"Content-Type": "application/json", "Origin": origin, "Referer": f"{origin}/"}

    def pending(self) -> int:
        with closing(sqlite3.connect(self.home / "site.db")) as database:
            found = database.execute("SELECT count(*) FROM comments WHERE mode = 2")
            return int(found.fetchone()[0])

    def delete_pending(self) -> None:
        with closing(sqlite3.connect(self.home / "site.db")) as database:
            database.execute("DELETE FROM comments WHERE mode = 2")
            database.commit()

    def measure_import(self) -> Measure:
        export = self.folder / f"import-{IMPORTED}.disqus.xml"
        if not export.exists():
            sizes = dict.fromkeys(range(1, 21), IMPORTED // 20)
            data.write_disqus(data.make_archive(20, sizes, words_per_article=60), export)
        seconds, cpu = self._import(export, "import")
        with closing(sqlite3.connect(self.home / "import.db")) as database:
            stored = int(database.execute("SELECT count(*) FROM comments").fetchone()[0])
        return Measure(cpu_ms=1_000 * cpu / stored, per_second=stored / seconds, comments=stored)


def uri(slug: str) -> str:
    return quote(f"/{slug}/", safe="")
