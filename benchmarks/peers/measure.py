"""The cases of the comparison. All products take part in each case in turn, in several rounds."""

import json
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic

from benchmarks.peers import browser, data, load, machine
from benchmarks.peers.cold import Cold
from benchmarks.peers.commentary import SPARE_PORT, Commentary
from benchmarks.peers.load import GZIP, Measure, Request, fetch
from benchmarks.peers.product import Product, Site

Case = dict[str, Measure]  # by key of the site
LOADED = ("article7", "article1000", "home", "feed", "known", "editor", "search")
SLOW_MS = 100.0  # is measured for longer
TOO_SLOW_MS = 3_000.0  # larger discussions of such a site are not requested
CLIENTS = 8
MOST_POSTS = 2_000  # a second


@dataclass
class Results:
    cases: dict[str, Case] = field(default_factory=dict)
    cold: dict[str, Cold] = field(default_factory=dict)  # by number of comments
    labels: dict[str, str] = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)  # date, versions, command


@dataclass
class Run:
    """How long to measure, and where to write."""

    folder: machine.Folder
    rounds: int
    seconds: int
    results: Results
    say: Callable[[str], None]

    def in_turn(self, sites: Sequence[Site]) -> Iterator[Site]:
        """Yield each site once per round, each round beginning with another."""
        for number in range(self.rounds):
            start = number % len(sites)
            yield from [*sites[start:], *sites[:start]]

    def note(self, case: str, key: str, measure: Measure) -> None:
        self.results.cases.setdefault(case, {})[key] = measure
        cpu = "" if measure.cpu_ms is None else f" {measure.cpu_ms:.2f} ms"
        rate = "" if measure.per_second is None else f" {measure.per_second:.1f} a second"
        self.say(f"{case}: {key}:{cpu}{rate} (others {measure.others:.0%})")

    def pages(self, case: str, sites: Sequence[Site]) -> None:
        """Measure a compressed page: its cost with one client, and the rate with several clients."""
        taking_part = [site for site in sites if case in site.paths]
        for site in taking_part:
            self.note(case, site.key, self.probe(site, case))
        rounds: dict[str, list[Measure]] = {site.key: [] for site in taking_part}
        for site in self.in_turn(taking_part):
            headers = GZIP | site.headers_for(case)
            asked = self.requests(site, case, 20_000)
            is_slow = (self.results.cases[case][site.key].cpu_ms or 0) > SLOW_MS
            seconds = self.seconds + 2 * is_slow
            rounds[site.key].append(
                load.load(
                    site.servers,
                    site.port,
                    asked,
                    headers,
                    self.folder / "load",
                    seconds,
                    CLIENTS,
                )
            )
        for site in taking_part:
            alone = self.results.cases[case][site.key]
            fastest = load.best(rounds[site.key])
            fastest.cpu_ms, fastest.kilobytes = alone.cpu_ms, alone.kilobytes
            fastest.comments = alone.comments
            self.note(case, site.key, fastest)

    def requests(self, site: Site, case: str, count: int) -> list[Request]:
        """Return the requests of a case: the same page again and again, or other words each time."""
        path = site.paths[case]
        if case != "search":
            return [Request(path)]
        name = "s" if site.key.startswith("wordpress") else "q"
        queries = data.new_queries(count)
        return [Request(f"{path}{name}={query.replace(' ', '+')}") for query in queries]

    def probe(self, site: Site, case: str, seconds: float = 0.0) -> Measure:
        headers = GZIP | site.headers_for(case)
        expected = site.statuses.get(case, 200)
        asked = self.requests(site, case, 400)
        return load.probe(
            site.servers,
            site.port,
            asked,
            headers,
            expected,
            site.comment,
            seconds or min(2.0, self.seconds),
        )

    def sizes(self, sites: Sequence[Site]) -> None:
        """Measure the cost of a page by the number of comments."""
        slow: set[str] = set()
        for size in ("10", "100", "1000", "10000", "100000"):
            for site in sites:
                case = f"article{size}"
                if case not in site.paths or site.key in slow:
                    continue
                known = self.results.cases.get(case, {}).get(site.key)
                measure = known or self.probe(site, case, 1.0)
                if not known:
                    self.note(case, site.key, measure)
                if (measure.cpu_ms or 0) > TOO_SLOW_MS:
                    slow.add(site.key)

    def posts(self, case: str, products: Sequence[tuple[Product, Site]]) -> None:
        """Post comments from several clients, and count what was stored."""
        rounds: dict[str, list[Measure]] = {site.key: [] for _product, site in products}
        by_key = {site.key: product for product, site in products}
        for site in self.in_turn([site for _product, site in products]):
            product = by_key[site.key]
            count = MOST_POSTS * self.seconds
            requests = product.comments(case, count)
            before = product.pending()
            measure = load.load(
                site.servers,
                site.port,
                requests,
                product.post_headers(),
                self.folder / "load",
                self.seconds,
                CLIENTS,
                product.accepted,
            )
            stored = product.pending() - before
            answered = round((measure.per_second or 0) * self.seconds)
            # A comment whose answer the client did not wait for may be stored as well.
            measure.lost = max(0, answered - stored - CLIENTS)
            rounds[site.key].append(measure)
        for product, site in products:
            fastest = load.best(rounds[site.key])
            fastest.lost = sum(measure.lost or 0 for measure in rounds[site.key])
            requests = product.comments(case, 60)
            fastest.cpu_ms = load.probe(
                site.servers, site.port, requests, product.post_headers(), product.accepted
            ).cpu_ms
            product.delete_pending()
            self.note(case, site.key, fastest)

    def colds(self, product: Commentary) -> None:
        """Measure pages that changed, of discussions with 1,000 to 100,000 comments."""
        for database, slugs in (
            ("posted_to", {size: data.SLUGS[size] for size in ("10", "100", "1000", "10000")}),
            ("large", {"1000 of large": "article-1", "100000": "article-2"}),
        ):
            env = product.environment(database, "commentary-cold")
            command = [sys.executable, "-m", "benchmarks.peers.cold", *slugs.values()]
            lines = machine.run(command, env).splitlines()
            for size, line in zip(slugs, lines, strict=True):
                self.results.cold[size] = json.loads(line)
                self.say(f"cold, {size}: {line}")

    def searches(self, product: Commentary, comments: int) -> None:
        """Measure searches of 15,000 comments and of many more, as `make bench` does."""
        product.postgres.create("searched")
        env = product.environment("searched", "commentary-search") | {"SEARCH": str(comments)}
        printed = machine.run([sys.executable, "-m", "benchmarks.search"], env)
        for count, taken in re.findall(r"from (\d+) comments in (\d+) ms", printed):
            self.note(f"search of {count}", "commentary", Measure(p50_ms=float(taken)))
        product.postgres.execute("DROP DATABASE searched WITH (FORCE)")

    def imports(self, products: Sequence[Product]) -> None:
        for product in products:
            measure = product.measure_import()
            if measure:
                self.note("import", product.name, measure)

    def browsers(self, sites: Sequence[Site]) -> None:
        pages = {
            site.key: f"http://127.0.0.1:{site.port}{site.paths['article1000']}" for site in sites
        }
        for key, measure in browser.open_pages(pages, self.rounds + 1).items():
            self.note("browser", key, measure)

    def memory(self, products: Sequence[tuple[Product, str]]) -> None:
        """Measure the peak memory of each product separately, with clients that load 10,000 comments."""
        for product, key in products:
            sites = {site.key: site for site in product.start()}
            site = sites[key]
            for server in {s for other in sites.values() for s in other.servers}:
                if server not in site.servers and isinstance(server, machine.Server):
                    server.stop()
            asked, headers = [Request(site.paths["article10000"])], {**GZIP, **site.headers}
            with machine.PeakMemory(site.servers) as watched:
                loaded = load.load(
                    site.servers, site.port, asked, headers, self.folder / "load", 6, 2
                )
            product.stop()
            self.note("memory", key, Measure(megabytes=watched.peak, errors=loaded.errors))

    def restarts(self, product: Commentary, site: Site) -> None:
        """Measure the start of a worker, and the longest response while workers are replaced."""
        starts = []
        for _ in range(self.rounds + 1):
            begun = monotonic()
            server = product.start_worker()
            fetch(SPARE_PORT, "/", {})
            starts.append(monotonic() - begun)
            server.stop()
        self.note("start", site.key, Measure(seconds=min(starts)))
        gunicorn = product.servers[0].process
        reload = threading.Timer(1.5, lambda: gunicorn.send_signal(signal.SIGHUP))
        reload.start()
        asked = [Request(site.paths["article1000"])]
        folder = self.folder / "load"
        measure = load.load(site.servers, site.port, asked, GZIP, folder, 6, 4)
        reload.join()
        self.note("reload", site.key, measure)
