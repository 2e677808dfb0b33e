"""Converts the content of WordPress posts as their pages show it: paragraphs, shortcodes,
galleries.

WordPress stores posts as typed. When it shows a page, it turns empty lines into paragraphs and
replaces shortcodes in square brackets. Content from the block editor is already HTML.
"""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .html.fragment import normal_form

BLOCK_COMMENT = re.compile(r"<!--.*?-->", re.S)
SHORTCODE = re.compile(
    r"\[(?P<name>caption|wp_caption|gallery|embed|youtube|vimeo|audio|video|sourcecode|code|playlist)\b"
    r"(?P<attributes>(?:[^\[\]\"']|\"[^\"]*\"|'[^']*')*)\](?:(?P<inside>(?:(?!\[(?P=name)\b).)*?)\[/(?P=name)\])?",
    re.S,
)
ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'\]]+))")
MEDIA_PART = re.compile(
    r"\s*(?:<p>)?\s*((?:<a\b[^>]*>\s*)?<img\b[^>]*>(?:\s*</a>)?)(?:\s*</p>)?", re.S
)
IMAGE_ID = re.compile(r"\bwp-image-(\d+)")
IMAGE = re.compile(r"<img\b[^>]*>", re.S)
VIDEO = re.compile(
    r"(?:https?:)?//(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:[^\s\"<>]*&(?:amp;)?)?v=|v/|shorts/|embed/)|youtu\.be/)([\w-]{6,20})"
    r"[^\s\"<>\[\]]*|(?:https?:)?//(?:www\.)?vimeo\.com/(\d{5,12})[^\s\"<>\[\]]*",
    re.I,
)
ALONE = re.compile(
    rf"(?m)^[^\S\n]*(?:<p>)?[^\S\n]*({VIDEO.pattern})[^\S\n]*(?:</p>)?[^\S\n]*$", re.I
)
BLOCK = re.compile(
    r"<(/?)(address|article|aside|blockquote|caption|center|dd|details|div|dl|dt|fieldset|figcaption|figure|footer|"
    r"form|h[1-6]|header|hr|iframe|legend|li|main|nav|object|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)"
    r"\b[^<>]*>",
    re.I,
)
# Inside these, a newline is only white space.
FLAT = {"caption", "dd", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "li", "p", "pre"}
FLAT |= {"summary", "td", "th", "object", "iframe"}
EMPTY_LINES = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+")


@dataclass(slots=True)
class Attachment:
    """An attachment in an export: its post ID, URL, alternative text, caption, parent post, and the
    URL of the page about it.
    """

    number: str
    url: str
    alt: str
    caption: str
    parent: str
    page: str = ""


class Contents:
    """Converts the contents of posts. `attachments` contains all attachments of the export."""

    def __init__(self, attachments: Iterable[Attachment]) -> None:
        self.attachments: dict[str, Attachment] = {}
        self._of_post: dict[str, list[Attachment]] = {}
        for attachment in attachments:
            self.attachments[attachment.number] = attachment
            self._of_post.setdefault(attachment.parent, []).append(attachment)

    def pages_of(self, number: str, home: str) -> list[str]:
        """Return the URLs that the pages of a post's attachments had. `home` is that of the site."""
        found: list[str] = []
        for attachment in self._of_post.get(number, []) if number not in ("", "0") else []:
            found += [attachment.page] if attachment.page.startswith("http") else []
            if home and attachment.number:
                found.append(f"{home}/?attachment_id={attachment.number}")
        return found

    def laid_out(self, content: str, number: str, url: str) -> tuple[str, dict[str, list[str]]]:
        """Return the content of the post `number` in normal form, with the URLs of its images."""
        content = content.replace("\r\n", "\n").replace("\r", "\n")
        is_blocks = "<!-- wp:" in content
        text = BLOCK_COMMENT.sub("", content)
        text = SHORTCODE.sub(lambda match: self._expanded(match, number), text)
        text = ALONE.sub(lambda match: f"\n\n{_player(match[1])}\n\n", text)
        text = IMAGE.sub(self._described, text)
        return normal_form(text if is_blocks else "".join(paragraphs_as_typed(text)), url)

    def _expanded(self, shortcode: re.Match[str], number: str) -> str:
        name, inside = shortcode["name"], shortcode["inside"] or ""
        values = {
            key.lower(): html.unescape(one or other or bare)
            for key, one, other, bare in ATTRIBUTE.findall(shortcode["attributes"])
        }
        if name in ("caption", "wp_caption"):
            return _figure(inside, values.get("caption", ""))
        if name == "gallery":
            return self._gallery(values, number)
        if name in ("sourcecode", "code"):
            return _code(shortcode)
        address = inside.strip() or shortcode["attributes"].strip(" =\t\n\"'")
        if name == "vimeo" and address.isdigit():
            address = f"https://vimeo.com/{address}"
        if name in ("embed", "youtube", "vimeo") and VIDEO.search(address):
            return f"\n\n{_player(address)}\n\n"
        source = next(
            (v for k, v in values.items() if k in ("src", "mp3", "mp4", "m4a", "ogg")), ""
        )
        source = source or (address if address.startswith("http") else "")
        if not source:
            return shortcode[0]
        return f'\n\n<a href="{html.escape(source)}">{html.escape(source)}</a>\n\n'

    def _gallery(self, values: dict[str, str], number: str) -> str:
        """Return the attachments listed in a gallery, or all of the post."""
        if wanted := values.get("ids") or values.get("include"):
            numbers = (one.strip() for one in wanted.split(","))
            shown = [self.attachments[one] for one in numbers if one in self.attachments]
        else:
            shown = self._of_post.get(values.get("id", number), [])
        items = "".join(
            f'<figure class="gallery-item"><img src="{html.escape(one.url)}" alt="{html.escape(one.alt)}">'
            + (f"<figcaption>{html.escape(one.caption)}</figcaption>" if one.caption else "")
            + "</figure>"
            for one in shown
        )
        return f'\n\n<div class="gallery">{items}</div>\n\n' if items else ""

    def _described(self, image: re.Match[str]) -> str:
        """Add the alternative text of the attachment to an image that has none."""
        found = IMAGE_ID.search(image[0])
        attachment = self.attachments.get(found[1]) if found else None
        if attachment is None or not attachment.alt or re.search(r"\balt\s*=", image[0]):
            return image[0]
        return f'{image[0].rstrip("/> ")} alt="{html.escape(attachment.alt)}">'


def _figure(inside: str, caption: str) -> str:
    media = MEDIA_PART.match(inside)
    if not media:
        return inside
    words = inside[media.end() :].strip() or html.escape(caption)
    below = f"<figcaption>{words}</figcaption>" if words else ""
    return f"\n\n<figure>{media[1]}{below}</figure>\n\n"


def _code(shortcode: re.Match[str]) -> str:
    inside = shortcode["inside"]
    if inside is None:
        return shortcode[0]
    text = inside.strip("\n")
    if "<" in text:
        text = html.escape(html.unescape(text), quote=False)
    return f"\n\n<pre><code>{text}</code></pre>\n\n"


def _player(address: str) -> str:
    found = VIDEO.search(address)
    if not found:
        return address
    source = f"https://www.youtube.com/embed/{found[1]}"
    if found[2]:
        source = f"https://player.vimeo.com/video/{found[2]}"
    return f'<iframe src="{source}"></iframe>'


def paragraphs_as_typed(text: str) -> Iterator[str]:
    """Turn empty lines into paragraphs and other newlines into line breaks."""
    at, flat = 0, 0
    for tag in BLOCK.finditer(text):
        yield _run(text[at : tag.start()], flat > 0)
        yield tag[0]
        at = tag.end()
        if tag[2].lower() in FLAT:
            flat = max(0, flat - 1) if tag[1] else flat + (not tag[0].endswith("/>"))
    yield _run(text[at:], flat > 0)


def _run(text: str, is_flat: bool) -> str:
    if is_flat:
        return text
    found = (paragraph.strip() for paragraph in EMPTY_LINES.split(text.strip()))
    return "".join(f"<p>{one.replace(chr(10), '<br>')}</p>" for one in found if one)
