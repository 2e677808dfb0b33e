"""The documentation is complete and correct: everything the code offers is documented, everything
the documentation names exists, and links work.
"""

import re
from pathlib import Path

import pytest

from commentary.importing.formats import FORMATS
from tests.test_house import MAY_IMPORT

ROOT = Path(__file__).parent.parent
DOCS = sorted((ROOT / "docs").rglob("*.md"))
PAGES = [
    ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
] + DOCS
SETTINGS = ROOT / "docs" / "operators" / "settings.md"
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
ALL_TEXT = "\n".join(page.read_text() for page in PAGES)

FENCE = re.compile(r"^ *```.*?^ *```", re.M | re.S)
LINK = re.compile(r"\]\(([^()\s]+)\)")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """Return a page without its code blocks."""
    return FENCE.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as on GitHub."""
    headings = re.findall(r"^#+ (.+)$", prose(page), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# --- completeness


def settings_read() -> set[str]:
    """Return the variables that the configuration reads from the environment."""
    texts = [path.read_text() for path in (ROOT / "config").rglob("*.py")]
    call = re.compile(r"\b(?:env\.\w+|environ\.get)\(\s*[\"']([A-Z_]+)[\"']")
    return {name for text in texts for name in call.findall(text)}


def settings_documented() -> list[str]:
    return re.findall(r"^\| `([A-Z_]+)` \|", SETTINGS.read_text(), re.M)


def test_every_setting_is_documented():
    assert settings_read() - set(settings_documented()) == set()


def test_every_documented_setting_exists():
    assert set(settings_documented()) - settings_read() == set()


def test_each_setting_is_documented_once():
    names = settings_documented()
    assert sorted(names) == sorted(set(names))


COMMANDS = sorted(
    path.stem
    for path in (ROOT / "commentary" / "management" / "commands").glob("*.py")
    if path.stem != "__init__"
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command):
    assert f"`manage.py {command}" in (ROOT / "docs" / "operators" / "commands.md").read_text()


TARGETS = re.findall(r"^([\w-]+):.*## ", (ROOT / "Makefile").read_text(), re.M)


@pytest.mark.parametrize("target", TARGETS)
def test_every_make_target_is_documented(target):
    assert re.search(rf"`make {target}[ `]", ALL_TEXT)


def test_every_make_target_mentioned_exists():
    assert set(re.findall(r"`make ([a-z-]+)[ `]", ALL_TEXT)) <= set(TARGETS)


@pytest.mark.parametrize("name", FORMATS)
def test_every_imported_format_has_a_page(name):
    assert (ROOT / "docs" / "import" / f"{name}.md").exists()


# --- correctness


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_to_existing_files_and_headings(page):
    for target in LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _hash, anchor = target.partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.exists(), f"{target}: no such file"
        assert not anchor or anchor in anchors(there), f"{target}: no such heading"


@pytest.mark.parametrize("page", DOCS, ids=name_of)
def test_each_page_is_reachable_from_the_readme(page):
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        here = waiting.pop()
        if here in reached:
            continue
        reached.add(here)
        paths = (target.partition("#")[0] for target in LINK.findall(prose(here)))
        linked = [(here.parent / path).resolve() for path in paths if path.endswith(".md")]
        waiting += [path for path in linked if path.is_file()]
    assert page in reached


SOURCE = re.compile(r"(?<![\w./-])(?:[\w.-]+/)+(?:[\w-]+\.py\b)?")
TOPS = (ROOT, ROOT / "commentary")
FOLDERS = {path.name for top in TOPS for path in top.iterdir() if path.is_dir()} - {"var"}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_source_files_mentioned_exist(page):
    """Paths that start with one of our folders, relative to the root or to `commentary/`."""
    named = {path for path in SOURCE.findall(page.read_text()) if path.split("/")[0] in FOLDERS}
    missing = {path for path in named if not any((top / path).exists() for top in TOPS)}
    assert missing == set()


PICTURE = re.compile(r"!\[([^]]*)\]\(([^)]+)\)")
PICTURES = PICTURE.findall((ROOT / "README.md").read_text())
SCREENSHOTS = sorted((ROOT / "screenshots").glob("*.webp"))


def test_no_heading_is_repeated_under_another():
    assert sorted(path for _alt, path in PICTURES) == [name_of(path) for path in SCREENSHOTS]
    assert len(PICTURES) >= 5
    assert all(len(alt.split()) >= 4 for alt, _path in PICTURES)
    assert len({alt for alt, _path in PICTURES}) == len(PICTURES)


def test_make_screenshots_takes_each_picture():
    taken = re.findall(r'Shot\(\s*"([\w-]+)"', (ROOT / "screenshots" / "take.py").read_text())
    assert sorted(taken) == sorted(path.stem for path in SCREENSHOTS)


def test_pictures_are_small_files():
    assert sum(path.stat().st_size for path in SCREENSHOTS) < 1_500_000


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) < 150


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_readme_shows_each_picture_once_and_describes_it(page):
    """For example, after a merge that kept both versions of a section."""
    seen: list[tuple[str, ...]] = []
    path: list[str] = []
    for level, heading in re.findall(r"^(#+) (.+)$", prose(page), re.M):
        path = [*path[: len(level) - 1], heading]
        assert tuple(path) not in seen, heading
        seen.append(tuple(path))


ARROWS = re.findall(r"^([\w, ]+?) +← (.+)$", (ROOT / "docs/architecture.md").read_text(), re.M)


@pytest.mark.parametrize(("rooms", "below"), ARROWS)
def test_the_diagram_of_packages_shows_what_each_may_import(rooms, below):
    for room in rooms.split(", "):
        assert room in MAY_IMPORT
        assert set(MAY_IMPORT[room].split()) - {"templatetags"} == set(below.split(", "))


# --- decisions


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_a_decision_has_context_decision_and_consequences(page):
    sections = re.findall(r"^## (.+)$", page.read_text(), re.M)
    assert sections == ["Context", "Decision", "Consequences"]


def test_decisions_are_numbered_without_gaps_or_repeats():
    numbers = [int(page.name[:4]) for page in DECISIONS]
    assert numbers == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=name_of)
def test_a_decision_is_titled_with_its_number(page):
    assert page.read_text().startswith(f"# {int(page.name[:4])}. ")


def test_the_list_of_decisions_is_complete():
    listed = LINK.findall((ROOT / "docs" / "decisions" / "index.md").read_text())
    assert listed == [page.name for page in DECISIONS]
