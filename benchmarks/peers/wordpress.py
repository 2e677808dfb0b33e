"""WordPress from Debian's package, with MariaDB, php-fpm and nginx of its own."""

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.peers import data, machine
from benchmarks.peers.load import Measure, Request
from benchmarks.peers.product import Product, Site

PORT, CACHE_PORT = 18081, 18082
SOURCE = Path("/usr/share/wordpress")
FILES = Path(__file__).parent / "files" / "wordpress"
PHP = ("php", "-d", "memory_limit=2G")
IMPORTED = 10_000  # comments


class WordPress(Product):
    name = "WordPress"
    accepted = 302

    def __init__(self, folder: machine.Folder) -> None:
        self.folder, self.home = folder, folder / "wordpress"
        self.root = self.home / "root"
        self.env = {"WP_ROOT": str(self.root), "BENCH_DB": "site"}
        self.servers: list[machine.Server] = []

    @property
    def version(self) -> str:
        """The version that is installed."""
        about = (SOURCE / "wp-includes" / "version.php").read_text()
        return about.split("$wp_version = '")[1].split("'")[0]

    def set_up(self) -> None:
        if not (self.home / "complete").exists():
            shutil.rmtree(self.home, ignore_errors=True)
            shutil.copytree(SOURCE, self.root, ignore=shutil.ignore_patterns("wp-config.php"))
            data_folder = self.home / "database"
            install = ["mariadb-install-db", "--no-defaults", f"--user={machine.account()}"]
            method = "--auth-root-authentication-method=normal"
            machine.run([*install, f"--datadir={data_folder}", method, "--skip-test-db"])
        plugins = self.root / "wp-content" / "mu-plugins"
        values = {"PORT": PORT, "USER": "root"}
        self.folder.fill(FILES / "limits.php", plugins / "limits.php", values)
        self.folder.fill(FILES / "wp-config.php", self.root / "wp-config.php", values)
        if (self.home / "complete").exists():
            return
        self._start_database()
        for name in ("site", "import"):
            self._sql(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
            machine.run([*PHP, FILES / "install.php"], self.env | {"BENCH_DB": name})
        machine.run([*PHP, FILES / "load.php", self.folder / "data.json"], self.env)
        self.stop()
        (self.home / "complete").touch()

    def start(self) -> list[Site]:
        self._start_database()
        is_root = os.geteuid() == 0
        account = machine.account()
        nginx = machine.find("nginx")
        values = {
            "FOLDER": self.folder.path,
            "PORT": PORT,
            "CACHE_PORT": CACHE_PORT,
            "ETC": "/etc/nginx",
        }
        for name, line in (
            ("nginx.conf", f"user {account};" if is_root else ""),
            ("php-fpm.conf", f"user = {account}\ngroup = {account}" if is_root else ""),
        ):
            self.folder.fill(FILES / name, self.home / name, values | {"ACCOUNT": line})
        shutil.rmtree(self.folder / "tmp/cache", ignore_errors=True)
        for name in ("tmp", "log"):
            (self.folder / name).mkdir(exist_ok=True)
        fpm = next(path for path in sorted(Path("/usr/sbin").glob("php-fpm*")))
        as_root = ["--allow-to-run-as-root"] if is_root else []
        log = self.folder / "log/php-fpm.log"
        socket = self.home / "fpm.sock"
        command = [fpm, "--nodaemonize", *as_root, "--fpm-config", self.home / "php-fpm.conf"]
        self.servers.append(machine.Server(command, log, socket))
        command = [nginx, "-p", self.home, "-c", self.home / "nginx.conf"]
        self.servers.append(machine.Server(command, self.folder / "log/nginx.log", PORT))
        paths = {f"article{size}": f"/{slug}/" for size, slug in data.SLUGS.items()}
        paths |= {"home": "/", "feed": "/feed/"}
        cookie = machine.run([*PHP, FILES / "editor.php"], self._as_site())
        site = Site(
            "wordpress",
            f"WordPress {self.version}",
            PORT,
            tuple(self.servers),
            paths | {"editor": paths["article1000"], "search": "/?"},
            headers_by_case={"editor": {"Cookie": cookie}},
            comment=r'<li id="comment-\d+',
        )
        label = "WordPress with nginx's page cache"
        return [
            site,
            replace(site, key="wordpress-cache", label=label, port=CACHE_PORT, paths=paths),
        ]

    def _as_site(self) -> dict[str, str]:
        return self.env | {"HTTP_HOST": f"127.0.0.1:{PORT}"}

    def _start_database(self) -> None:
        socket = self.home / "database.sock"
        command = [machine.find("mariadbd"), "--no-defaults", f"--user={machine.account()}"]
        command += [f"--datadir={self.home / 'database'}", f"--socket={socket}"]
        command += ["--skip-networking", f"--pid-file={self.home / 'mariadb.pid'}"]
        command += ["--innodb-buffer-pool-size=512M"]
        self.servers.append(machine.Server(command, self.folder / "log/mariadb.log", socket))

    def _sql(self, sql: str) -> str:
        socket = self.home / "database.sock"
        command = ["mariadb", "--no-defaults", "-uroot", f"--socket={socket}", "-N"]
        return machine.run([*command, "-e", sql])

    def stop(self) -> None:
        for server in reversed(self.servers):
            server.stop()
        self.servers.clear()

    def post_cases(self) -> Sequence[str]:
        return ("post",)

    def comments(self, case: str, count: int) -> list[Request]:
        article = self._sql("SELECT ID FROM site.wp_posts WHERE post_name = 'article-2'").strip()
        texts = data.new_texts(count)
        fields = {"author": "Bench", "email": "bench@example.org", "url": "", "comment_parent": "0"}
        fields["comment_post_ID"] = article
        path = "/wp-comments-post.php"
        return [Request(path, urlencode(fields | {"comment": text})) for text in texts]

    def post_headers(self) -> Mapping[str, str]:
        return {"Content-Type": "application/x-www-form-urlencoded"}

    def pending(self) -> int:
        return int(self._sql("SELECT count(*) FROM site.wp_comments WHERE comment_approved = '0'"))

    def delete_pending(self) -> None:
        self._sql("DELETE FROM site.wp_comments WHERE comment_approved = '0'")

    def measure_import(self) -> Measure:
        path = data.wordpress_export(self.folder, IMPORTED)
        for table in ("comments", "commentmeta", "posts", "postmeta"):
            self._sql(f"TRUNCATE `import`.wp_{table}")
        command = [*PHP, FILES / "import.php", path]
        env = self.env | {"BENCH_DB": "import"}
        seconds, cpu = machine.timed_run(command, env, self.servers)
        stored = int(self._sql("SELECT count(*) FROM `import`.wp_comments"))
        if stored < IMPORTED:
            raise SystemExit(f"WordPress imported {stored} of {IMPORTED} comments.")
        return Measure(cpu_ms=1_000 * cpu / stored, per_second=stored / seconds, comments=stored)
