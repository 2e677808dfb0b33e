"""The least that a page in Django can cost: one look-up of a version, and stored bytes."""

import shutil
import sys
from collections.abc import Mapping

from benchmarks.peers import machine
from benchmarks.peers.load import GZIP, fetch
from benchmarks.peers.postgres import Postgres
from benchmarks.peers.product import Product, Site

PORT = 18086


class Floor(Product):
    """Sends the pages of a running site as that site compressed them."""

    name = "floor"

    def __init__(self, folder: machine.Folder, postgres: Postgres, copied: Site) -> None:
        self.folder, self.postgres, self.copied = folder, postgres, copied
        self.server: machine.Server | None = None

    def start(self) -> list[Site]:
        pages = self.folder / "floor"
        shutil.rmtree(pages, ignore_errors=True)
        pages.mkdir()
        copied = {case: self.copied.paths[case] for case in CASES}
        for case, path in copied.items():
            (pages / case).write_bytes(fetch(self.copied.port, path, GZIP).body)
        self.postgres.create("floor")
        sql = "CREATE TABLE floor (name varchar(50) PRIMARY KEY, version integer)"
        self.postgres.execute(sql, "floor")
        for case in copied:
            self.postgres.execute(f"INSERT INTO floor VALUES ('{case}', 1)", "floor")
        env = {"PAGES": str(pages), "DATABASE_URL": self.postgres.url("floor")}
        command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{PORT}", "-w", "2"]
        command += ["--no-control-socket", "benchmarks.floor:application"]
        self.server = machine.Server(command, self.folder / "log/floor.log", PORT, env)
        paths = {case: f"/{case}" for case in copied} | {"known": "/article1000"}
        known: Mapping[str, str] = {"If-None-Match": '"article1000-1"'}
        return [
            Site(
                "floor",
                "Floor: a look-up and stored bytes",
                PORT,
                [self.server, self.postgres],
                paths,
                headers_by_case={"known": known},
                statuses={"known": 304},
                comment=self.copied.comment,
            )
        ]

    def stop(self) -> None:
        if self.server:
            self.server.stop()


CASES = ("article7", "article1000", "article10000", "home", "feed")
