"""django-comments-xtd in a small site, on PostgreSQL."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.peers import data, machine
from benchmarks.peers.load import Request, fetch
from benchmarks.peers.postgres import Postgres
from benchmarks.peers.product import Product, Site

VERSION = "2.10.13"
PORT = 18084
PROJECT = Path(__file__).parent / "files" / "xtd"
PENDING = "FROM django_comments WHERE NOT is_public"


class Xtd(Product):
    name = "django-comments-xtd"
    accepted = 302

    def __init__(self, folder: machine.Folder, postgres: Postgres) -> None:
        self.folder, self.postgres = folder, postgres
        self.bin = folder / "venv-xtd" / "bin"
        self.server: machine.Server | None = None

    @property
    def env(self) -> dict[str, str]:
        return {"DATABASE": self.postgres.socket_folder, "DJANGO_SETTINGS_MODULE": "settings"}

    def set_up(self) -> None:
        packages = (f"django-comments-xtd=={VERSION}", "gunicorn==27.*", "psycopg[binary]")
        machine.virtual_environment(self.bin.parent, *packages)
        source = f"xtd {data.SEED}"
        if self.postgres.made_from("xtd") == source:
            return
        self.postgres.create("xtd")
        load = [self.bin / "python", "load.py", self.folder / "data.json"]
        machine.run(load, self.env, PROJECT)
        self.postgres.note("xtd", source)

    def start(self) -> list[Site]:
        command = [self.bin / "gunicorn", "-b", f"127.0.0.1:{PORT}", "-w", "2", "-t", "120"]
        command += ["--no-control-socket", "wsgi:application"]
        log = self.folder / "log/xtd.log"
        self.server = machine.Server(command, log, PORT, self.env, PROJECT)
        paths = {f"article{size}": f"/a/{slug}/" for size, slug in data.SLUGS.items()}
        label = f"{self.name} {VERSION}"
        paths["home"] = "/"
        return [
            Site("xtd", label, PORT, [self.server, self.postgres], paths, comment=r'<div id="c\d+')
        ]

    def stop(self) -> None:
        if self.server:
            self.server.stop()

    def post_cases(self) -> Sequence[str]:
        return ("post",)

    def comments(self, case: str, count: int) -> list[Request]:
        page = fetch(PORT, "/a/article-2/", {})
        self.cookie = page.headers.get("set-cookie", "").partition(";")[0]
        form = next(
            f for f in re.findall(r"<form.*?</form>", page.text, re.S) if "security_hash" in f
        )
        fields = {"post": "send", "url": ""} | hidden_fields(form)
        fields |= {"name": "Bench", "email": "bench@example.org"}
        texts = data.new_texts(count)
        return [Request("/comments/post/", urlencode(fields | {"comment": t})) for t in texts]

    def post_headers(self) -> Mapping[str, str]:
        return {"Content-Type": "application/x-www-form-urlencoded", "Cookie": self.cookie}

    def pending(self) -> int:
        return int(self.postgres.execute(f"SELECT count(*) {PENDING}", "xtd")[0][0])

    def delete_pending(self) -> None:
        extra = "DELETE FROM django_comments_xtd_xtdcomment WHERE comment_ptr_id IN"
        self.postgres.execute(f"{extra} (SELECT id {PENDING})", "xtd")
        self.postgres.execute(f"DELETE {PENDING}", "xtd")


def hidden_fields(form: str) -> dict[str, str]:
    """Return the hidden fields of a form, those of Django among them."""
    fields = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") == "hidden" and "name" in attributes:
            fields[attributes["name"]] = attributes.get("value", "")
    return fields
