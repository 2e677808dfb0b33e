"""Replaces videos and other embedded content with a link and its description."""

import re
from urllib.parse import parse_qs, unquote, urlsplit

from ..text.phrases.patterns import lazy_re_compile
from .elements import Element
from .links import host_without_www, linkable
from .outline import PageOutline

_ID = r"([\w-]{6,20})"
# Players: a pattern for the player's URL, the URL of its content, and the provider's name.
PLAYERS = (
    (
        r"youtube(?:-nocookie)?\.com/embed/videoseries\?.*?list=([\w-]+)",
        "https://www.youtube.com/playlist?list={}",
        "YouTube",
    ),
    (
        rf"youtube(?:-nocookie)?\.com/(?:embed|v|e|shorts|live)/{_ID}",
        "https://www.youtube.com/watch?v={}",
        "YouTube",
    ),
    (
        rf"youtube(?:-nocookie)?\.com/(?:watch|ytscreeningroom)?.*?[?&]v={_ID}",
        "https://www.youtube.com/watch?v={}",
        "YouTube",
    ),
    (rf"youtu\.be/{_ID}", "https://www.youtube.com/watch?v={}", "YouTube"),
    (r"player\.vimeo\.com/video/(\d+)", "https://vimeo.com/{}", "Vimeo"),
    (r"vimeo\.com/(?:moogaloop\.swf\?.*?clip_id=)?(\d+)", "https://vimeo.com/{}", "Vimeo"),
    (
        r"dailymotion\.com/(?:embed/)?(?:video|swf)/(?:video/)?(\w+)",
        "https://www.dailymotion.com/video/{}",
        "Dailymotion",
    ),
    (
        r"geo\.dailymotion\.com/player.*?[?&]video=(\w+)",
        "https://www.dailymotion.com/video/{}",
        "Dailymotion",
    ),
    (r"open\.spotify\.com/embed(?:-podcast)?/(\w+/\w+)", "https://open.spotify.com/{}", "Spotify"),
    (
        r"embed(?:-ssl)?\.ted\.com/talks/(?:lang/\w+/)?([\w-]+)",
        "https://www.ted.com/talks/{}",
        "TED",
    ),
    (r"archive\.org/embed/([\w.-]+)", "https://archive.org/details/{}", "Internet Archive"),
    (
        r"video\.google\.\w+/googleplayer\.swf\?.*?docid=(-?\d+)",
        "https://video.google.com/videoplay?docid={}",
        "Google Video",
    ),
    (r"player\.twitch\.tv/\?.*?video=v?(\d+)", "https://www.twitch.tv/videos/{}", "Twitch"),
    (
        r"slideshare\.net/slideshow/embed_code/(?:key/)?(\w+)",
        "https://www.slideshare.net/slideshow/embed_code/key/{}",
        "SlideShare",
    ),
    (r"codepen\.io/([\w-]+/embed/\w+)", "https://codepen.io/{}", "CodePen"),
    (r"giphy\.com/embed/(\w+)", "https://giphy.com/gifs/{}", "GIPHY"),
    (r"instagram\.com/p/([\w-]+)/embed", "https://www.instagram.com/p/{}/", "Instagram"),
    (r"rutube\.ru/(?:play/embed|video/embed)/(\w+)", "https://rutube.ru/video/{}/", "Rutube"),
)
_PLAYERS = [(re.compile(pattern, re.I), address, name) for pattern, address, name in PLAYERS]
# Frames with buttons, ads and comments.
NO_EMBED = lazy_re_compile(
    r"facebook\.com/(?:v[\d.]+/)?(?:plugins|widgets|connect)/(?:like|share|follow|fan|activity|recommendations|comments|page)|"
    r"platform\.twitter\.com/widgets/(?:tweet_button|follow_button|hub)|plusone|apis\.google\.com|addthis|addtoany|sharethis|"
    r"doubleclick|googlesyndication|googleads|adservice|adsystem|/ads?[./?]|disqus|intensedebate|livefyre|"
    r"widgets\.wp\.com|jetpack\.wordpress\.com|recaptcha|google\.com/recaptcha|googletagmanager|about:blank|"
    r"blogger\.com/(?:comment|navbar)|pinterest|linkedin\.com/cws|flattr|vgwort|criteo|taboola|outbrain|cookie|consent|"
    r"mailchimp|list-manage|substack\.com/embed|reddit\.com/static/button|tweetmeme|stumbleupon|newsletter",
    re.I,
)
SOURCES = (
    "src",
    "data-src",
    "data-lazy-src",
    "data-original",
    "data-litespeed-src",
    "data-src-cmplz",
    "data-cookieblock-src",
)
# Elements that scripts turn into players, with the attribute that identifies the content.
LAZY_PLAYERS = (
    ("lite-youtube", "videoid"),
    ("amp-youtube", "data-videoid"),
    ("amp-vimeo", "data-videoid"),
    ("lite-vimeo", "videoid"),
)
LAZY_CLASS = lazy_re_compile(
    r"(?:^|\s)(?:youtube-player|rll-youtube-player|lyte|lazy-load-youtube|video-youtube|yt-lite|js-youtube)(?=$|\s)"
)
_YOUTUBE_ID = lazy_re_compile(r"[\w-]{11}")


def embed_for(address: str) -> Element | None:
    """Return the figure for an embedded URL; None for buttons, ads and similar."""
    plain = unquote(address) if "%3A%2F%2F" in address.upper() else address
    for pattern, target, name in _PLAYERS:
        if found := pattern.search(plain):
            return _figure(target.format(found[1]), f"{name}: {found[1]}")
    if NO_EMBED.search(address):
        return None
    query = _query(address)
    for name in ("url", "href", "u"):
        inner = query.get(name, [""])[0]
        if inner.startswith(("http://", "https://")):
            return _figure(inner, host_without_www(inner))
    host = host_without_www(address)
    return _figure(address, host) if host else None


def _query(address: str) -> dict[str, list[str]]:
    try:
        return parse_qs(urlsplit(address).query, max_num_fields=50)
    except ValueError:
        return {}


def _figure(address: str, words: str) -> Element:
    return Element("figure", {"class": "embed"}, [Element("a", {"href": address}, [words])])


def read_embed(outline: PageOutline, number: int, base: str) -> Element | None:
    """Return the figure for an `iframe`, `object`, `embed`, `video` or `audio`, or for an element
    that scripts turn into one.
    """
    tag = outline.tags[number]
    if tag in ("video", "audio"):
        return _media(outline, number, base)
    for name, attribute in LAZY_PLAYERS:
        if tag == name:
            host = "player.vimeo.com/video/" if "vimeo" in name else "www.youtube.com/embed/"
            return embed_for(f"https://{host}{outline.value(number, attribute)}")
    if tag == "object":
        return _object(outline, number, base)
    if _is_tiny(outline.attributes[number]):
        return None
    for name in SOURCES:
        address = linkable(outline.value(number, name), base)
        if address and not address.startswith("about:"):
            return embed_for(address)
    return None


def read_lazy_player(outline: PageOutline, number: int) -> Element | None:
    """Return the figure for an element that a script would turn into a YouTube player."""
    for name in ("data-id", "data-video-id", "data-youtube-id", "data-src", "id"):
        value = outline.value(number, name).removeprefix("lyte_").removeprefix("WYL_")
        if _YOUTUBE_ID.fullmatch(value):
            return embed_for(f"https://www.youtube.com/embed/{value}")
        if "youtu" in value:
            return embed_for(value)
    return None


def _object(outline: PageOutline, number: int, base: str) -> Element | None:
    addresses = [outline.value(number, "data")]
    for at in range(number + 1, outline.end[number]):
        if outline.tags[at] == "param":
            if outline.value(at, "name").lower() in ("movie", "src", "filename", "url"):
                addresses.append(outline.value(at, "value"))
        elif outline.tags[at] in ("embed", "iframe", "object"):
            addresses += [outline.value(at, "src"), outline.value(at, "data")]
    for address in addresses:
        if (address := linkable(address, base)) and (found := embed_for(address)):
            return found
    return None


def _media(outline: PageOutline, number: int, base: str) -> Element | None:
    addresses = [outline.value(number, "src"), outline.value(number, "data-src")]
    for at in range(number + 1, outline.end[number]):
        if outline.tags[at] == "source":
            addresses.append(outline.value(at, "src"))
    for address in addresses:
        if address := linkable(address, base):
            kind = "Video" if outline.tags[number] == "video" else "Audio"
            name = unquote(re.split(r"[?#]", address, maxsplit=1)[0].rpartition("/")[2])
            return _figure(address, f"{kind}: {name or host_without_www(address)}")
    return None


def _is_tiny(attributes: dict[str, str | None]) -> bool:
    return any(
        (attributes.get(name) or "").strip() in ("0", "1", "0px", "1px")
        for name in ("width", "height")
    )
