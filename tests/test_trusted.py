"""Only `text.trusted` marks HTML as safe. Everything else escapes its arguments."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(
    path
    for folder in ("commentary", "config")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)
ONE_PLACE = "commentary/text/trusted.py"
# Allowed callers, and why each is safe.
CALLERS = {
    "commentary/text/markup.py": "sanitised, or a data block without < > &",
    "commentary/text/article_display.py": "sanitised, with tags changed and words escaped",
    "commentary/models/html_field.py": "sanitised when it was stored",
    "commentary/text/phrases.py": "made of escaped parts",
    "commentary/reading/cards.py": "made of escaped and sanitised parts, see test_cards.py",
}
FORMATTERS = {"format_html": 0, "format_html_join": 1}  # position of the format argument
MAKERS = {"mark_safe", "SafeData", "SafeText", "html_safe", "__html__", "allow_tags"}


def constants(tree: ast.Module) -> set[str]:
    """Return the names that are only assigned constant strings."""
    given: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    given.setdefault(target.id, []).append(node.value)
    return {name for name, values in given.items() if all(map(is_constant, values))}


def is_constant(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def other_ways(source: str, name: str) -> Iterator[str]:
    """Return places in a source that could mark HTML as safe in another way."""
    tree = ast.parse(source)
    known = constants(tree)
    for node in ast.walk(tree):
        names = {
            getattr(node, attribute)
            for attribute in ("id", "attr", "name")
            if isinstance(getattr(node, attribute, None), str)
        }
        if name != ONE_PLACE and names & MAKERS:
            yield f"{name}:{getattr(node, 'lineno', 0)} {names & MAKERS}"
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if called == "SafeString" and (node.args or node.keywords) and name != ONE_PLACE:
            yield f"{name}:{node.lineno} SafeString(…)"
        if called == "trusted" and name not in CALLERS:
            yield f"{name}:{node.lineno} trusted(…)"
        if called in FORMATTERS and len(node.args) > FORMATTERS[called]:
            format_string = node.args[FORMATTERS[called]]
            text = ast.unparse(format_string)
            if not is_constant(format_string) and text not in known:
                yield f"{name}:{node.lineno} {called}({text}, …)"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_one_module_marks_html_as_safe(path):
    assert list(other_ways(path.read_text(), str(path.relative_to(ROOT)))) == []


@pytest.mark.parametrize(
    "source",
    [
        "mark_safe(x)",
        "from django.utils.safestring import mark_safe as m",
        "safestring.mark_safe(x)",
        "SafeString(x)",
        "trusted(x)",
        "format_html(x, y)",
        "format_html('<b>' + x + '</b>')",
        "format_html(f'<b>{x}</b>')",
        "format_html_join(', ', x, rows)",
        "word = '<b>'\nword = x\nformat_html(word, y)",
        "class A:\n    def __html__(self):\n        return x",
    ],
)
def test_other_ways_of_marking_html_as_safe_are_found(source):
    assert list(other_ways(source, "commentary/some.py"))


def test_every_allowed_caller_exists():
    for name in CALLERS:
        assert "trusted(" in (ROOT / name).read_text(), name
