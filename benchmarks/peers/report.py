"""Write the results into docs/performance.md, and plots beside it."""

from pathlib import Path

from benchmarks.peers import plots
from benchmarks.peers.load import Measure
from benchmarks.peers.measure import Results
from benchmarks.peers.targets import TARGETS, short

BEGIN, END = "<!-- begin: make bench-peers -->", "<!-- end: make bench-peers -->"
CASES = {
    "article7": "Article of 7 comments",
    "article1000": "Article of 1,000 comments",
    "article10000": "Article of 10,000 comments",
    "home": "Home page",
    "feed": "Feed of articles",
    "known": "Page that the client has (304)",
    "editor": "Article of 1,000 comments, for an editor",
    "search": "Search with new words each time",
    "post": "Post into an article of 1,000 comments",
    "reply": "Reply inside a thread",
    "post16": "Post into 16 articles at once",
    "import": "Import, per comment",
}


def write(results: Results, docs: Path) -> None:
    """Replace the part between the markers in docs/performance.md, and the plots."""
    page = docs / "performance.md"
    text = page.read_text()
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}\n{render(results)}\n{END}{after}")
    folder = docs / "performance"
    folder.mkdir(exist_ok=True)
    (folder / "sizes.svg").write_text(plots.cost_by_size(results))
    (folder / "peers.svg").write_text(plots.rates(results))


def render(results: Results) -> str:
    about = "\n".join(f"- {name}: {value}" for name, value in results.about.items())
    return f"""{about}

![Processor time of a page by the number of comments](performance/sizes.svg)

![Requests and comments a second](performance/peers.svg)

#### Targets

"Changed" pages are rendered for the request, "stored" ones were sent before. The ratio is the one of requests a second; the one of
processor time is in brackets.

{targets_table(results)}

#### Figures

Processor time is that of one request at a time, of all processes of the product and its database. Requests a second are
those of eight clients. Sizes are those of compressed responses.

{figures_table(results)}
"""


def targets_table(results: Results) -> str:
    rows = [
        "| Work | Commentary | Compared with | Ratio or value | Target | Met |",
        "|---|---|---|---|---|---|",
    ]
    for target in TARGETS:
        figure = target.figure(results)
        value = "" if figure.value is None else short(figure.value)
        by_cpu = "" if figure.by_cpu is None else f" ({short(figure.by_cpu)})"
        cells = (target.work, figure.ours, figure.other, value + by_cpu, target.wanted)
        rows.append(f"| {' | '.join(cells)} | {target.verdict(figure)} |")
    return "\n".join(rows)


def figures_table(results: Results) -> str:
    rows = [
        "| Work | Product | Processor time, ms | A second | 95th percentile, ms | kB | Comments | Others used |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for case, title in CASES.items():
        for key, measure in results.cases.get(case, {}).items():
            rows.append(
                f"| {title} | {results.labels.get(key, key)} | {' | '.join(cells(measure))} |"
            )
    return "\n".join(rows)


def cells(measure: Measure) -> list[str]:
    numbers = (measure.cpu_ms, measure.per_second, measure.p95_ms, measure.kilobytes)
    comments = "" if not measure.comments else f"{measure.comments:,}"
    others = f"{measure.others:.0%}" if measure.per_second is not None else ""
    return ["" if number is None else short(number) for number in numbers] + [comments, others]
