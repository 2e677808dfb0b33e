"""Architectural rules, checked in the source code: import directions, sole writers, and forbidden
content.
"""

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from commentary.urls import urlpatterns

ROOT = Path(__file__).parent.parent
MODULES = {
    ".".join(path.relative_to(ROOT / "commentary").with_suffix("").parts): path
    for path in (ROOT / "commentary").rglob("*.py")
    if "migrations" not in path.parts
}
PAGES = sorted((ROOT / "templates").rglob("*.html"))
ASSETS = [path for path in (ROOT / "static").rglob("*") if path.suffix in {".css", ".js", ".svg"}]

# For each package, the packages it may import. A package here is a package or module directly below
# commentary/. Modules of one package may import each other; imports between packages never form a
# cycle. See docs/decisions and the layout in docs/architecture.md.
MAY_IMPORT = {
    "text": "",
    "resilience": "",
    "observability": "",
    "models": "observability resilience text",
    "discussions": "models observability text",
    "search": "models resilience text",
    "media": "models text",
    "privacy": "discussions models search text",
    "notifications": "discussions models privacy resilience text",
    "accounts": "discussions models notifications observability text",
    "reading": "discussions media models observability resilience search text",
    "posting": "discussions models notifications reading text",
    "api": "models reading search text",
    "syndication": "models reading search text",
    "importing": "discussions media models observability text",
    "exporting": "importing media models reading text",
    "admin": "accounts discussions importing media models notifications reading search templatetags text",
    "templatetags": "models reading text",
    "context_processors": "models",
    "middleware": "discussions models monitoring reading resilience text",
    "monitoring": "discussions models observability resilience",
    "apps": "checks",
    "checks": "text",
    "management": "accounts discussions exporting importing models notifications privacy resilience search text",
    "urls": "api posting reading syndication",
}
# Modules of formats, and what they use, don't use the database.
PURE = (
    "importing.archives",
    "importing.checked_lines",
    "importing.doubts",
    "importing.formats",
    "importing.records",
    "importing.profiled",
    "importing.repair",
    "importing.site_profile",
    "importing.source",
    "importing.spool",
    "importing.fields",
    "importing.foreign",
    "importing.messages",
    "importing.json_stream",
    "importing.pages",
    "importing.unsupported",
    "importing.xml_repair",
    "importing.workers",
    "importing.xml_stream",
    "text",
)


def room_of(module: str) -> str:
    return module.partition(".")[0]


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), str(path))


def imports(module: str, node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield our modules that `node` and everything below it import, with line numbers."""
    package = ["commentary", *module.split(".")][:-1]
    for found in ast.walk(node):
        if isinstance(found, ast.Import):
            names = [alias.name for alias in found.names]
        elif isinstance(found, ast.ImportFrom):
            base = package[: len(package) - found.level + 1] if found.level else []
            base += [found.module] if found.module else []
            names = [".".join([*base, alias.name]) for alias in found.names]
        else:
            continue
        for name in names:
            if name.startswith("commentary."):
                yield name.removeprefix("commentary."), found.lineno


MAX_LINES = 600  # of a module
MAX_ANY = 40  # lines, for values to which Django or another library gives no type


@pytest.mark.parametrize("module", sorted(MODULES.keys() - {"__init__"}))
def test_imports_between_packages_are_allowed_by_the_table(module):
    room = room_of(module)
    assert room in MAY_IMPORT, f"{room} is not in MAY_IMPORT: say what it may import"
    for name, line in imports(module, tree_of(MODULES[module])):
        theirs = room_of(name)
        assert theirs == room or theirs in MAY_IMPORT[room].split(), (
            f"commentary/{module}:{line}: {room} may not import {name}"
        )


def test_no_module_is_long():
    lengths = {module: len(path.read_text().splitlines()) for module, path in MODULES.items()}
    assert {module: n for module, n in lengths.items() if n > MAX_LINES} == {}


def test_few_lines_use_a_type_that_allows_anything():
    lines = {
        (module, node.lineno)
        for module, path in MODULES.items()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Name | ast.Attribute)
        and "Any" in (getattr(node, "id", ""), getattr(node, "attr", ""))
    }
    assert len(lines) <= MAX_ANY, sorted(lines)


def test_the_package_has_few_rooms():
    assert len(MAY_IMPORT) <= 25


def test_allowed_imports_form_no_cycle():
    graph = {room: set(below.split()) for room, below in MAY_IMPORT.items()}
    assert list(TopologicalSorter(graph).static_order())


@pytest.mark.parametrize("module", sorted(m for m in MODULES if m.startswith(PURE)))
def test_modules_of_formats_do_not_use_the_database(module):
    for name, line in imports(module, tree_of(MODULES[module])):
        assert name.startswith(PURE), f"commentary/{module}:{line} imports {name}"


@pytest.mark.parametrize("module", sorted(MODULES))
def test_our_modules_are_not_imported_inside_functions(module):
    for node in ast.walk(tree_of(MODULES[module])):
        if isinstance(node, ast.FunctionDef):
            hidden = list(imports(module, node))
            assert not hidden, f"commentary/{module}: {node.name}() imports {hidden}"


# --- names

ROUTES_OF_PAGES = [
    route
    for route in urlpatterns
    if route.callback.__module__.startswith(("commentary.reading.", "commentary.posting."))
]


@pytest.mark.parametrize("route", ROUTES_OF_PAGES, ids=lambda route: str(route.pattern))
def test_a_page_route_has_the_name_of_its_module_and_view(route):
    module = route.callback.__module__.rpartition(".")[2]
    assert route.name == module == route.callback.__name__


def test_a_page_template_has_the_name_of_its_route():
    pages = (ROOT / "templates" / "commentary").glob("[!_]*.html")
    whole = {page.stem for page in pages}
    # The template of an error that the history page raises.
    assert whole - {"no_such_day"} <= {route.name for route in urlpatterns}


# Names with the same meaning in several modules: Django's commands, and the functions that every
# format defines.
SHARED_NAMES = {"Command", "detect", "read"}


def test_a_public_class_or_function_has_a_name_of_its_own():
    homes: dict[str, list[str]] = {}
    for module, path in MODULES.items():
        for node in tree_of(path).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, []).append(module)
    assert len(homes) > 500
    several = {name: found for name, found in homes.items() if len(found) > 1}
    assert several.keys() <= SHARED_NAMES, several


# --- sole writers

DECIDED = {"status", "state", "closed_entry", "closed_entry_id"}
STRUCTURE = {"tree_id", "lft", "rght", "level", "parent_id", "reply_count"}
STRUCTURE_WRITERS = ("discussions.tree", "models.comment")


def writes(node: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield the columns that are assigned to, or named in an update() or create(), with line
    numbers.
    """
    for found in ast.walk(node):
        if isinstance(found, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = found.targets if isinstance(found, ast.Assign) else [found.target]
            for target in targets:
                for part in ast.walk(target):
                    if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store):
                        yield part.attr, found.lineno
        elif isinstance(found, ast.Call):
            called = getattr(found.func, "attr", getattr(found.func, "id", ""))
            if called in {"update", "create", "update_or_create", "Comment", "Discussion"}:
                yield from ((k.arg, found.lineno) for k in found.keywords if k.arg)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_only_discussions_writes_status_and_closures_and_only_its_tree_writes_structure(module):
    forbidden = set() if room_of(module) == "discussions" else DECIDED
    if module not in STRUCTURE_WRITERS:
        forbidden = forbidden | STRUCTURE
    for column, line in writes(tree_of(MODULES[module])):
        assert column not in forbidden, (
            f"commentary/{module}:{line} writes {column}: call discussions instead"
        )


# --- constructs limited to certain files

ONLY_IN = {
    r"\bcsrf_exempt\b": "posting.unsubscribe",
    r"fields\s*=\s*[\"']__all__[\"']": None,
    r"^\s*exclude\s*=": None,
    r"\.extra\(": None,
    r"\.raw\(": "models.discussion models.tallies",
    r"(filter|exclude|get|create)\(\*\*request\.": None,
    r"[\"']ATOMIC_REQUESTS[\"']": None,
}


@pytest.mark.parametrize("pattern", ONLY_IN)
def test_dangerous_constructs_are_used_only_in_guarded_modules(pattern):
    found = {
        module for module, path in MODULES.items() if re.search(pattern, path.read_text(), re.M)
    }
    assert found <= set((ONLY_IN[pattern] or "").split()), (
        f"{pattern} in {sorted(found)}: only in {ONLY_IN[pattern]}"
    )


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\|\s*safe(seq)?\b", "only text/trusted.py says what is safe"),
        (r"\{%\s*autoescape\s+off", "only text/trusted.py says what is safe"),
        (r"<script(?![^>]*\ssrc=)", "the policy refuses inline scripts: use static/"),
        (r"<style\b|\sstyle\s*=", "the policy refuses inline styles: use static/"),
        (r"<[^>]+\son[a-z]+\s*=", "the policy refuses inline handlers: use static/"),
        (r"javascript:", "the policy refuses it"),
    ],
)
def test_no_template_contains_an_unsafe_construct(pattern, why):
    for page in PAGES:
        text = re.sub(
            r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", page.read_text(), flags=re.S
        )
        found = re.search(pattern, text, re.I)
        assert not found, f"{page.relative_to(ROOT)}: {found and found.group()!r}: {why}"


@pytest.mark.parametrize("path", PAGES + ASSETS, ids=lambda path: path.name)
def test_pages_and_assets_name_no_outside_host(path):
    text = path.read_text().replace("http://www.w3.org/", "")  # XML namespaces, never fetched
    found = re.search(r"(https?:)?//[a-z0-9-]+\.[a-z]{2,}[^\s\"')]*", text, re.I)
    assert not found, f"{path.relative_to(ROOT)} names {found and found.group()}"
