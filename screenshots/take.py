"""Takes the picture in README.md from a running site: ``make run`` in one shell, then
``make screenshots`` in another. Another article: ``make screenshots ARTICLE=/articles/…/``."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")


def take(site: str, article: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=next(filter(None, map(shutil.which, CHROMIUM))),
            args=["--no-sandbox"] if os.geteuid() == 0 else [],  # root has no sandbox
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1400})
        page.goto(site)
        if article:
            page.goto(site + article)
        else:
            page.locator("main a[href^='/articles/']").first.click()
        page.screenshot(path=Path(__file__).with_name("article.png"))
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1], sys.argv[2])
