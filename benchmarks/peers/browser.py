"""Open pages in Chromium with an empty cache, and count what it loads."""

import shutil
from collections.abc import Mapping
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from benchmarks.peers.load import Measure

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
ARGUMENTS += ["--disable-component-update", "--disable-sync", "--no-first-run"]
# Pictures of commenters on other hosts are neither loaded nor counted.
ARGUMENTS += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
ELEMENTS = "document.getElementsByTagName('*').length"


def open_pages(addresses: Mapping[str, str], rounds: int) -> dict[str, Measure]:
    """Open each page several times, in turn. Returns medians; the kilobytes are those received."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise SystemExit("Chromium was not found. Run make bench-peers, which installs it.")
    seen: dict[str, list[Measure]] = {key: [] for key in addresses}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        for number in range(rounds):
            order = list(addresses)[number % len(addresses) :]
            order += [key for key in addresses if key not in order]
            for key in order:
                seen[key].append(_open(browser, addresses[key]))
        browser.close()
    return {key: _median(measures) for key, measures in seen.items()}


def _open(browser: Browser, address: str) -> Measure:
    context = browser.new_context()
    page = context.new_page()
    sizes = []
    requests = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("requestfinished", lambda request: sizes.append(request.sizes()))
    page.goto(address, wait_until="load", timeout=60_000)
    page.wait_for_timeout(500)
    measure = Measure(
        requests=sum(url.startswith("http://127.0.0.1:") for url in requests),
        kilobytes=sum(s["responseBodySize"] + s["responseHeadersSize"] for s in sizes) / 1_000,
        fcp_ms=page.evaluate(PAINT),
        elements=page.evaluate(ELEMENTS),
    )
    context.close()
    return measure


def _median(measures: list[Measure]) -> Measure:
    return Measure(
        requests=int(median(m.requests or 0 for m in measures)),
        kilobytes=median(m.kilobytes or 0 for m in measures),
        fcp_ms=median(m.fcp_ms or 0 for m in measures),
        elements=int(median(m.elements or 0 for m in measures)),
    )
