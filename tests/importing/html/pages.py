"""Paths of the saved pages that these tests use."""

from pathlib import Path

HERE = Path(__file__).parent
COMMENTS = HERE / "comments"
# The samples of whole archives, by their names without the number.
SAMPLES = {
    path.stem.partition("-")[2]: path for path in (HERE.parent / "saved_pages").glob("*.html")
}


def page_of(golden: Path) -> Path:
    """Return the page that expected values are about: beside them, in comments/, or a sample."""
    for folder in (golden.parent, COMMENTS):
        page = folder / f"{golden.stem}.html"
        if page.exists():
            return page
    return SAMPLES[golden.stem]
