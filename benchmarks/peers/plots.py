"""Plots as SVG, written without a library."""

from collections.abc import Sequence
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

from benchmarks.peers.measure import Results

WIDTH, HEIGHT = 900, 460
LEFT, RIGHT, TOP, BOTTOM = 80, 285, 50, 60
SIZES = ("10", "100", "1000", "10000", "100000")
BARS = {
    "article1000": "Article of 1,000 comments",
    "article7": "Article of 7 comments",
    "home": "Home page",
    "post": "Comments stored, 8 clients",
}


class Line(NamedTuple):
    label: str
    points: Sequence[tuple[float, float]]
    colour: str
    is_dashed: bool = False


def frame(title: str, width: int, height: int, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="system-ui, sans-serif" font-size="13" fill="#222">\n'
        f"<title>{escape(title)}</title>\n"
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n'
        f'<text x="20" y="28" font-size="16" font-weight="600">{escape(title)}</text>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def text(x: float, y: float, words: str, anchor: str = "start", colour: str = "") -> str:
    fill = f' fill="{colour}"' if colour else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{fill}>{escape(words)}</text>'


def segment(x1: float, y1: float, x2: float, y2: float, colour: str = "#ddd") -> str:
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" stroke="{colour}"/>'


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:g}" if value < 1 else f"{value:.1f}"


def power(exponent: int) -> str:
    return f"{10**exponent:,}" if exponent >= 0 else f"{10.0**exponent:g}"


def lines_of(results: Results) -> list[Line]:
    """Return the milliseconds of processor time of each product by the number of comments."""

    def warm(*keys: str) -> list[tuple[float, float]]:
        found = []
        for size in SIZES:
            case = results.cases.get(f"article{size}", {})
            measures = [case[key] for key in keys if key in case]
            found += [(float(size), m.cpu_ms) for m in measures if m.cpu_ms]
        return found

    changed = [
        (float(s), f["whole_ms"]) for s, f in results.cold.items() if s in SIZES and f["whole_ms"]
    ]
    pages = [(float(s), f["page_ms"]) for s, f in results.cold.items() if s in SIZES]
    least = [
        (float(s), f["floor_ms"]) for s, f in results.cold.items() if s in SIZES and f["floor_ms"]
    ]
    lines = [
        Line("Commentary, all on one page, stored", warm("whole"), "#1f5fbf"),
        Line("Commentary, first page, stored", warm("commentary", "large"), "#4fb3d9"),
        Line("Commentary, all on one page, changed", changed, "#1f5fbf", True),
        Line("Commentary, first page, changed", pages, "#4fb3d9", True),
        Line("Floor: assembly and gzip 1", least, "#777777", True),
        Line("WordPress", warm("wordpress"), "#b3392b"),
        Line("WordPress, nginx page cache", warm("wordpress-cache"), "#d98c3f"),
        Line("django-comments-xtd", warm("xtd"), "#6a8f3c"),
        Line("Isso (JSON)", warm("isso"), "#7a5aa6"),
    ]
    return [line for line in lines if line.points]


def cost_by_size(results: Results) -> str:
    """Draw the processor time of a page by the number of comments, both on logarithmic scales."""
    lines = lines_of(results)
    costs = [cost for line in lines for _size, cost in line.points] or [1.0]
    low, high = floor(log10(min(costs))), ceil(log10(max(costs)))
    high = max(high, low + 1)
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT

    def x(size: float) -> float:
        return LEFT + (log10(size) - 1) / 4 * (right - LEFT)

    def y(cost: float) -> float:
        return bottom - (log10(cost) - low) / (high - low) * (bottom - TOP)

    parts = []
    for exponent in range(low, high + 1):
        level = y(10.0**exponent)
        parts += [
            segment(LEFT, level, right, level),
            text(LEFT - 8, level + 4, power(exponent), "end"),
        ]
    for size in map(float, SIZES):
        parts += [
            segment(x(size), TOP, x(size), bottom),
            text(x(size), bottom + 20, number(size), "middle"),
        ]
    parts.append(text((LEFT + right) / 2, bottom + 44, "comments on the article", "middle"))
    ends: list[float] = []
    for line in sorted(lines, key=lambda line: y(line.points[-1][1])):
        places = [(x(size), y(cost)) for size, cost in line.points]
        path = "L".join(f"{a:.1f} {b:.1f}" for a, b in places)
        dashes = ' stroke-dasharray="6 4"' if line.is_dashed else ""
        stroke = f'stroke="{line.colour}" stroke-width="2"{dashes}'
        parts.append(f'<path d="M{path}" fill="none" {stroke}/>')
        parts += [
            f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{line.colour}"/>' for a, b in places
        ]
        label = max(places[-1][1] + 4, ends[-1] + 17 if ends else 0.0)
        ends.append(label)
        start = f'<path d="M{right + 12} {label - 4:.1f}h16" {stroke}/>'
        parts += [start, text(right + 34, label, line.label)]
    return frame("Processor time of a page, in milliseconds", WIDTH, HEIGHT, parts)


def rates(results: Results) -> str:
    """Draw what each product answers or stores in a second, on a logarithmic scale."""
    shown = {case: results.cases.get(case, {}) for case in BARS}
    values = [m.per_second for case in shown.values() for m in case.values() if m.per_second] or [
        1.0
    ]
    low, high = (
        floor(log10(min(values))),
        max(ceil(log10(max(values))), floor(log10(min(values))) + 1),
    )
    left, right = 300, WIDTH - 90
    colours = {"whole": "#1f5fbf", "commentary": "#4fb3d9", "floor": "#777777"} | {
        "wordpress": "#b3392b",
        "wordpress-cache": "#d98c3f",
        "xtd": "#6a8f3c",
        "isso": "#7a5aa6",
    }
    parts, y = [], 62.0
    for case, title in BARS.items():
        parts.append(f'<text x="20" y="{y:.0f}" font-weight="600">{escape(title)}</text>')
        y += 10
        ranked = sorted(shown[case].items(), key=lambda item: -(item[1].per_second or 0))
        for key, measure in ranked:
            if not measure.per_second:
                continue
            length = max(2.0, (log10(measure.per_second) - low) / (high - low) * (right - left))
            fill = colours.get(key, "#999999")
            parts.append(text(left - 8, y + 13, results.labels.get(key, key), "end"))
            parts.append(
                f'<rect x="{left}" y="{y:.0f}" width="{length:.1f}" height="17" fill="{fill}"/>'
            )
            parts.append(text(left + length + 6, y + 13, number(measure.per_second)))
            y += 21
        y += 26
    ticks = []
    for exponent in range(low, high + 1):
        place = left + (exponent - low) / (high - low) * (right - left)
        ticks += [segment(place, 46, place, y - 20), text(place, y, power(exponent), "middle")]
    title = "Requests answered and comments stored a second (logarithmic)"
    return frame(title, WIDTH, round(y + 20), [*ticks, *parts])
