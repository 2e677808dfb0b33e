"""Update the catalogues in commentary/locale from the source, and compile them: `make messages`.

They are read by Babel, and templates by Django's `templatize`, so no other program is needed.
Translations of messages that are gone are deleted; new messages are left empty.
"""

import ast
import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
LOCALE = ROOT / "commentary" / "locale"
# The functions that mark messages, and what their arguments are.
FUNCTIONS = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], ("message",)),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], ("message", "plural")),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ("context", "message")),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ("context", "message", "plural")),
}
BABEL_FUNCTIONS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NOTE = "# Translators: "  # begins a comment above a message
Id = str | tuple[str, ...]  # singular and plural


def sources() -> Iterator[Path]:
    """Yield the files that can have messages, in a stable order."""
    for folder, pattern in (("commentary", "*.py"), ("config", "*.py"), ("templates", "*")):
        paths = (ROOT / folder).rglob(pattern)
        yield from sorted(
            path for path in paths if path.is_file() and "migrations" not in path.parts
        )


def messages() -> Catalog:
    """Return all messages of the source, with the files that use them."""
    found = Catalog(fuzzy=False)
    for path in sources():
        is_template = path.suffix != ".py"
        name = str(path.relative_to(ROOT))
        text = path.read_text()
        for line, message, context in in_template(text) if is_template else in_python(text):
            above = text.splitlines()[line - 2].strip()
            notes = [above.removeprefix("# ")] if above.startswith(NOTE) else []
            found.add(message, locations=[(name, line)], auto_comments=notes, context=context)
    return found


def in_template(text: str) -> Iterator[tuple[int, Id, str | None]]:
    """Yield line, message or (singular, plural), and context of the messages in a template."""
    # What isn't a message becomes indented X and B, which isn't Python.
    lines = (line.strip() for line in templatize(text).split("\n"))
    source = io.BytesIO("\n".join(lines).encode())
    for line, message, _comments, context in extract("python", source, BABEL_FUNCTIONS):
        yield line, message, context


def in_python(text: str) -> Iterator[tuple[int, Id, str | None]]:
    """Yield the same for Python, also inside f-strings, where Babel doesn't look."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            parts = FUNCTIONS.get(node.func.id, ())
            constants = (part for part in node.args[: len(parts)] if isinstance(part, ast.Constant))
            texts = [str(part.value) for part in constants]
            if parts and len(texts) == len(parts):
                given = dict(zip(parts, texts, strict=True))
                message, plural = given["message"], given.get("plural")
                yield node.lineno, (message, plural) if plural else message, given.get("context")


def updated(old: Catalog, found: Catalog) -> Catalog:
    """Return the messages found with the translations of a catalogue."""
    new = Catalog(old.locale, fuzzy=False)
    new.mime_headers = old.mime_headers
    # Without the time, so that compiling again makes the same bytes.
    new.creation_date = new.revision_date = EPOCH
    for message in found:
        if message.id:
            known = old.get(message.id, message.context)
            if known and known.pluralizable != message.pluralizable:
                known = None
            new[message.id] = Message(
                message.id,
                known.string if known else "",
                message.locations,
                message.flags,
                message.auto_comments,
                context=message.context,
            )
    return new


def file_text(catalog: Catalog) -> str:
    """Return a catalogue as a file without dates and line numbers, so that only messages change it."""
    header = f"""\
# Translations of Commentary. Terms and rules: docs/translating.md.
msgid ""
msgstr ""
"Language: {catalog.locale}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {catalog.plural_forms}\\n"

"""
    rest = io.BytesIO()
    write_po(rest, catalog, width=100, omit_header=True, include_lineno=False)
    return header + rest.getvalue().decode()


def main() -> int:
    found = messages()
    untranslated = 0
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/django.po")):
        locale = path.parts[-3]
        with path.open("rb") as file:
            catalog = updated(read_po(file, locale), found)
        path.write_text(file_text(catalog))
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)
        missing = sum(not all_forms(message) for message in catalog if message.id)
        sys.stdout.write(f"{locale}: {len(catalog)} messages, {missing} untranslated\n")
        untranslated += missing
    return 1 if untranslated else 0


def all_forms(message: Message) -> bool:
    """Return whether a message is translated, in every plural form."""
    forms = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(forms)


if __name__ == "__main__":
    sys.exit(main())
