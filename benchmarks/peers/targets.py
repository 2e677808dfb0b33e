"""What we want to reach, as ratios within one run, and what a run reached."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.peers.load import Measure
from benchmarks.peers.measure import Results

WORDPRESS, CACHE, FLOOR, ISSO = "wordpress", "wordpress-cache", "floor", "isso"
NAMES = {
    WORDPRESS: "WordPress",
    CACHE: "WordPress with page cache",
    FLOOR: "the floor",
    ISSO: "Isso",
}


@dataclass(frozen=True)
class Figure:
    """One ratio or value of a run. None was not measured."""

    value: float | None
    by_cpu: float | None = None  # the same ratio by processor time
    ours: str = ""  # what we measured
    other: str = ""  # what it is compared with


@dataclass(frozen=True)
class Target:
    work: str
    figure: Callable[[Results], Figure]
    least: float | None = None
    most: float | None = None
    unit: str = ""

    @property
    def wanted(self) -> str:
        bound, value = ("at least", self.least) if self.most is None else ("at most", self.most)
        return f"{bound} {value:g}{self.unit}"

    def verdict(self, figure: Figure) -> str:
        if figure.value is None:
            return "not measured"
        if self._holds(figure.value):
            return "yes"
        is_close = figure.by_cpu is not None and self._holds(figure.by_cpu)
        return "by processor time only" if is_close else "no"

    def _holds(self, value: float) -> bool:
        return value <= self.most if self.most is not None else value >= (self.least or 0)


def short(value: float) -> str:
    """Return a number with two or three digits that matter."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def get(results: Results, case: str, key: str) -> Measure:
    return results.cases.get(case, {}).get(key, Measure())


def quotient(one: float | None, other: float | None) -> float | None:
    return one / other if one is not None and other else None


def described(measure: Measure) -> str:
    parts = []
    if measure.per_second is not None:
        parts.append(f"{short(measure.per_second)}/s")
    if measure.cpu_ms is not None:
        parts.append(f"{short(measure.cpu_ms)} ms")
    return ", ".join(parts)


def rate(case: str, other: str, ours: str = "whole") -> Callable[[Results], Figure]:
    """Return how many times as many requests we answer, and as much processor time they need."""

    def figure(results: Results) -> Figure:
        one, two = get(results, case, ours), get(results, case, other)
        return Figure(
            quotient(one.per_second, two.per_second),
            quotient(two.cpu_ms, one.cpu_ms),
            described(one),
            f"{NAMES[other]}: {described(two)}",
        )

    return figure


def cold(size: str) -> Callable[[Results], Figure]:
    def figure(results: Results) -> Figure:
        found = results.cold.get(size)
        if found is None or found["whole_ms"] is None or found["floor_ms"] is None:
            return Figure(None)
        return Figure(
            found["whole_ms"] / found["floor_ms"],
            ours=f"{short(found['whole_ms'])} ms",
            other=f"assembly and gzip 1: {short(found['floor_ms'])} ms",
        )

    return figure


def p95(other: str) -> Callable[[Results], Figure]:
    def figure(results: Results) -> Figure:
        one = get(results, "post", "commentary").p95_ms
        two = get(results, "post", other).p95_ms
        if one is None or two is None:
            return Figure(None)
        return Figure(one / two, ours=f"{short(one)} ms", other=f"{NAMES[other]}: {short(two)} ms")

    return figure


def value(case: str, key: str, name: str) -> Callable[[Results], Figure]:
    def figure(results: Results) -> Figure:
        found = getattr(get(results, case, key), name)
        return Figure(found, ours="" if found is None else short(found))

    return figure


def against_root(case: str) -> Callable[[Results], Figure]:
    """Compare other posts with comments that start a thread in one article."""

    def figure(results: Results) -> Figure:
        one, two = get(results, case, "commentary"), get(results, "post", "commentary")
        is_reply = case == "reply"
        return Figure(
            quotient(one.cpu_ms, two.cpu_ms)
            if is_reply
            else quotient(one.per_second, two.per_second),
            ours=described(one),
            other=f"one article: {described(two)}",
        )

    return figure


def large_warm(results: Results) -> Figure:
    large = get(results, "article100000", "large")
    small = get(results, "article1000", "commentary")
    return per_byte(large.cpu_ms, large.kilobytes, small.cpu_ms, small.kilobytes)


def large_cold(results: Results) -> Figure:
    large, small = results.cold.get("100000"), results.cold.get("1000 of large")
    if large is None or small is None:
        return Figure(None)
    sizes = large["page_kilobytes"], small["page_kilobytes"]
    return per_byte(large["page_ms"], sizes[0], small["page_ms"], sizes[1])


def per_byte(
    large: float | None, large_size: float | None, small: float | None, small_size: float | None
) -> Figure:
    if large is None or small is None or not large_size or not small_size:
        return Figure(None)
    return Figure(
        (large / large_size) / (small / small_size),
        ours=f"{short(large)} ms, {short(large_size)} kB",
        other=f"1,000: {short(small)} ms, {short(small_size)} kB",
    )


def large_search(results: Results) -> Figure:
    small, large = (
        get(results, f"search of {many}", "commentary").p50_ms for many in ("15000", "1000000")
    )
    if small is None or large is None:
        return Figure(None)
    return Figure(large / small, ours=f"{short(large)} ms", other=f"15,000: {short(small)} ms")


def elements(results: Results) -> Figure:
    """Return the elements for each comment of a page with 1,000."""
    found = get(results, "browser", "whole").elements
    return Figure(None) if found is None else Figure(found / 1_000, ours=f"{found:,}")


def first_paint(results: Results) -> Figure:
    one, two = (get(results, "browser", key).fcp_ms for key in ("whole", CACHE))
    if one is None or two is None:
        return Figure(None)
    return Figure(one / two, ours=f"{one:.0f} ms", other=f"{NAMES[CACHE]}: {two:.0f} ms")


def memory(results: Results) -> Figure:
    one, two = (get(results, "memory", key).megabytes for key in ("whole", WORDPRESS))
    if one is None or two is None:
        return Figure(None)
    return Figure(one / two, ours=f"{one:.0f} MB", other=f"{NAMES[WORDPRESS]}: {two:.0f} MB")


def imports(results: Results) -> Figure:
    one, two = (get(results, "import", name) for name in ("Commentary", "WordPress"))
    return Figure(
        quotient(one.per_second, two.per_second),
        quotient(two.cpu_ms, one.cpu_ms),
        f"{described(one)}, {one.megabytes or 0:.0f} MB",
        f"WordPress: {described(two)}",
    )


ARTICLE, ONE_PAGE = "Article of 7 comments", "Article of 1,000 comments on one page"
POST = "Post into an article of 1,000 comments, 8 clients"
TARGETS = (
    Target(f"{ARTICLE}, stored", rate("article7", FLOOR), least=0.8),
    Target(f"{ONE_PAGE}, stored", rate("article1000", FLOOR), least=0.8),
    Target(f"{ONE_PAGE}, stored", rate("article1000", WORDPRESS), least=300),
    Target(f"{ONE_PAGE}, stored", rate("article1000", CACHE), least=40),
    Target("Home page, stored", rate("home", FLOOR), least=0.8),
    Target("Feed, stored", rate("feed", FLOOR), least=0.8),
    Target("Page that the client has (304)", rate("known", FLOOR), least=0.8),
    Target(f"{ONE_PAGE}, changed", cold("1000"), most=1.7),
    Target("Article of 10,000 comments on one page, changed", cold("10000"), most=1.7),
    Target(POST, rate("post", WORDPRESS, "commentary"), least=4),
    Target(POST, rate("post", ISSO, "commentary"), least=1),
    Target(f"{POST}: 95th percentile", p95(WORDPRESS), most=1),
    Target(f"{POST}: 95th percentile", p95(ISSO), most=1),
    Target(f"{POST}: comments lost", value("post", "commentary", "lost"), most=0),
    Target("Reply inside a thread: processor time", against_root("reply"), most=1.5),
    Target("Post into 16 articles at once", against_root("post16"), least=1.5),
    Target("Search with new words each time", rate("search", WORDPRESS), least=10),
    Target(
        "Search: 99th percentile, 8 clients",
        value("search", "whole", "p99_ms"),
        most=100,
        unit=" ms",
    ),
    Target("Search of a million comments, compared with 15,000", large_search, most=3),
    Target("Import of 100,000 comments", imports, least=10),
    Target("Editor's page of 1,000 comments", rate("editor", WORDPRESS), least=10),
    Target("First page of 100,000 comments, stored, per byte", large_warm, most=1.2),
    Target("First page of 100,000 comments, changed, per byte", large_cold, most=1.2),
    Target("1,000 comments in Chromium: requests", value("browser", "whole", "requests"), most=3),
    Target(
        "1,000 comments in Chromium: size",
        value("browser", "whole", "kilobytes"),
        most=220,
        unit=" kB",
    ),
    Target("1,000 comments in Chromium: elements per comment", elements, most=14),
    Target("1,000 comments in Chromium: first paint", first_paint, most=1),
    Target("Peak memory with clients that load 10,000 comments", memory, most=1),
    Target("Start of a worker", value("start", "whole", "seconds"), most=1, unit=" s"),
    Target(
        "Longest response while workers are replaced",
        value("reload", "whole", "max_ms"),
        most=500,
        unit=" ms",
    ),
)
