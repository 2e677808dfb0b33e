"""``make bench-peers``: compare this project with other products on the same data.

Starts WordPress with MariaDB, Isso, django-comments-xtd, this project and the least that a Django page
can cost on ports 18081 to 18089 of this machine, measures them in turn, and writes the results into
docs/performance.md. Remark42 is not among them, since no package of it can be installed. Everything
is stored in a work folder, which the next run uses again.
"""

import argparse
import json
import os
import platform
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import django

from benchmarks.peers import data, floors, machine, report
from benchmarks.peers.commentary import LARGE, ROOT, Commentary
from benchmarks.peers.isso import VERSION as ISSO_VERSION
from benchmarks.peers.isso import Isso
from benchmarks.peers.load import Measure
from benchmarks.peers.measure import LOADED, Results, Run
from benchmarks.peers.postgres import Postgres
from benchmarks.peers.product import Product
from benchmarks.peers.wordpress import WordPress
from benchmarks.peers.xtd import VERSION as XTD_VERSION
from benchmarks.peers.xtd import Xtd

PARTS = ("pages", "sizes", "colds", "browser", "posts", "imports", "restarts", "memory")


def main() -> None:
    options = arguments()
    folder = machine.Folder(options.folder.resolve())
    stored = folder / "results.json"
    results = read(stored) if stored.exists() and options.again else Results()
    if not options.only_report:
        try:
            compare(folder, options, results)
        finally:  # what was measured before an error is kept
            stored.write_text(json.dumps(asdict(results), indent=1))
    report.write(results, ROOT / "docs" if options.docs is None else options.docs)
    sys.stdout.write(report.targets_table(results) + "\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "peers")
    parser.add_argument("--docs", type=Path, help="write into this folder instead of docs/")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=2, help="of each load")
    parser.add_argument("--parts", default=",".join(PARTS), help="what to measure, with commas")
    parser.add_argument("--search", type=int, default=0, help="also search this many comments")
    parser.add_argument("--again", action="store_true", help="add to the results of the last run")
    parser.add_argument("--only-report", action="store_true", help="measure nothing")
    return parser.parse_args()


def compare(folder: machine.Folder, options: argparse.Namespace, results: Results) -> None:
    """Set up, start and measure all products, and end what was started."""
    make_data(folder)
    run = Run(folder, options.rounds, options.seconds, results, say)
    postgres = Postgres(folder)
    wordpress, isso = WordPress(folder), Isso(folder)
    xtd, ours = Xtd(folder, postgres), Commentary(folder, postgres)
    wanted = options.parts.split(",")
    products: list[Product] = [ours, wordpress, isso, xtd]
    running = list(products)
    try:
        for product in products:
            say(f"Setting up {product.name}")
            product.set_up()
        sites = [site for product in products for site in product.start()]
        keys = {site.key: site for site in sites}
        floor = floors.Floor(folder, postgres, keys["whole"])
        running.append(floor)
        sites += floor.start()
        results.labels |= {site.key: site.label for site in sites}
        results.about = about(wordpress, postgres, options)
        own_page = ("commentary", "wordpress", "isso", "xtd")
        pairs = [(product, keys[key]) for product, key in zip(products, own_page, strict=True)]
        in_browser = [keys[key] for key in ("whole", "wordpress", "wordpress-cache", "xtd")]
        if "pages" in wanted:
            for case in LOADED:
                run.pages(case, sites)
        if "sizes" in wanted:
            run.sizes(sites)
        if "colds" in wanted:
            run.colds(ours)
        if "browser" in wanted:
            run.browsers(in_browser)
        if options.search:
            run.searches(ours, options.search)
        if "posts" in wanted:
            for case in ("post", "reply", "post16"):
                run.posts(case, [pair for pair in pairs if case in pair[0].post_cases()])
        if "imports" in wanted:
            run.imports(products)
        if "restarts" in wanted:
            run.restarts(ours, keys["whole"])
        for product in running:
            product.stop()
        if "memory" in wanted:
            run.memory([(ours, "whole"), (wordpress, "wordpress"), (xtd, "xtd")])
    finally:
        for product in running:
            product.stop()
        postgres.stop()


def make_data(folder: machine.Folder) -> None:
    """Write the files that products import, unless an earlier run did."""
    if not (folder / "data.disqus.xml").exists():
        archive = data.make_archive()
        data.write_json(archive, folder / "data.json")
        data.write_wordpress(archive, folder / "data.xml")
        data.write_disqus(archive, folder / "data.disqus.xml")
    if not (folder / "large.xml").exists():
        data.write_wordpress(data.make_archive(2, LARGE), folder / "large.part")
        (folder / "large.part").rename(folder / "large.xml")


def about(wordpress: WordPress, postgres: Postgres, options: argparse.Namespace) -> dict[str, str]:
    server = postgres.execute("SHOW server_version")[0][0].split()[0]
    php = machine.run(["php", "-r", "echo PHP_VERSION;"])
    mariadb = machine.run([machine.find("mariadbd"), "--version"]).split("Ver ")[1].split()[0]
    commit = machine.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT).strip()
    command = f"make bench-peers ROUNDS={options.rounds} SECONDS={options.seconds}"
    return {
        "Date": f"{datetime.now(UTC):%-d %B %Y, %H:%M} UTC",
        "Command": f"`{command}`",
        "Machine": f"{os.cpu_count()} cores, {processor()}",
        "Versions": f"Commentary {commit}, Python {platform.python_version()}, Django "
        f"{django.__version__}, PostgreSQL {server}; WordPress {wordpress.version}, PHP {php}, "
        f"MariaDB {mariadb}; Isso {ISSO_VERSION}; django-comments-xtd {XTD_VERSION}. Two worker "
        "processes each",
        "Not compared": "Remark42, which has no package that can be installed here",
    }


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(": ")[2]
    return platform.machine()


def read(path: Path) -> Results:
    """Return the results of the last run."""
    found = json.loads(path.read_text())
    cases = {
        case: {key: Measure(**measure) for key, measure in measures.items()}
        for case, measures in found["cases"].items()
    }
    return Results(cases, found["cold"], found["labels"], found["about"])


def say(line: str) -> None:
    sys.stderr.write(f"{datetime.now():%H:%M:%S} {line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
