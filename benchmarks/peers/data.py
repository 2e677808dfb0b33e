"""The articles and comments that every product gets. The same arguments give the same data."""

import json
import random
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from pathlib import Path
from xml.sax.saxutils import escape

from benchmarks.peers.machine import Folder

SEED = 20260101
AUTHORS = 10
MAX_DEPTH = 8
COMMENTERS = 900
# Articles whose number of comments matters; the others have up to 40.
SIZES = {1: 7, 2: 1_000, 3: 10_000, 4: 10, 5: 100}
SLUGS = {"7": "article-1", "10": "article-4", "100": "article-5"} | {
    "1000": "article-2",
    "10000": "article-3",
}

ONSETS = "b br c ch cl d dr f fl g gr h j k l m n p pl pr qu r s sh sl sp st str t th tr v w"
VOWELS = "a e i o ai ea ee ie oa ou"
ENDINGS = ("", "", "", "n", "r", "s", "l", "nd", "st", "m", "ng", "rt", "lt")
COMMON = (
    "the of and to in a is that it was for on with as his they be at one have this from or had by "
    "not but what some we can out other were all there when up use your how said an each she"
)

REMARK = (
    "A reader notes that this line follows from the one before it, and asks whether the page said "
    "the same in its older copy, or only what a moderator made of it after the second paragraph, "
    "before anybody else had looked at it and written a short reply with this number:"
)


@dataclass(frozen=True)
class Comment:
    """`parent` is the number of an earlier comment on the same article."""

    number: int
    parent: int | None
    depth: int
    name: str
    email: str
    created: datetime
    text: str


@dataclass(frozen=True)
class Article:
    number: int
    title: str
    author: int  # index in Archive.authors
    published: datetime
    paragraphs: list[str]
    comments: list[Comment] = field(default_factory=list)

    @property
    def slug(self) -> str:
        return f"article-{self.number}"


@dataclass(frozen=True)
class Archive:
    authors: list[str]
    articles: list[Article]

    @property
    def comment_count(self) -> int:
        return sum(len(article.comments) for article in self.articles)


class Words:
    """Invented words, about as frequent as words of a language, so that texts compress like it."""

    def __init__(self, dice: random.Random, count: int = 4_000) -> None:
        self.dice = dice
        onsets, vowels = ONSETS.split(), VOWELS.split()
        rare: dict[str, None] = {}
        while len(rare) < count:
            syllables = dice.choice((1, 1, 2, 2, 2, 3))
            rare["".join(map(dice.choice, [onsets, vowels, ENDINGS] * syllables))] = None
        self.known = [*COMMON.split(), *rare]
        self.chances = list(accumulate(1 / (rank + 3.7) for rank in range(len(self.known))))

    def take(self, count: int) -> list[str]:
        return self.dice.choices(self.known, cum_weights=self.chances, k=count)

    def text(self, count: int) -> str:
        """Return sentences of this many words in all."""
        words, sentences = self.take(count), []
        while words:
            length = self.dice.randint(6, 17)
            sentences.append(" ".join(words[:length]).capitalize() + ".")
            words = words[length:]
        return " ".join(sentences)


def make_archive(
    articles: int = 200,
    sizes: Mapping[int, int] = SIZES,
    words_per_article: int = 600,
    seed: int = SEED,
) -> Archive:
    """Return articles with the given numbers of comments; articles not in `sizes` have up to 40."""
    dice = random.Random(seed)
    words = Words(dice)
    authors = [" ".join(words.take(2)).title() for _ in range(AUTHORS)]
    archive, number = Archive(authors, []), 1
    for index in range(1, articles + 1):
        published = datetime(2025, 1, 1) + timedelta(hours=36 * index)
        paragraphs = [words.text(60) for _ in range(words_per_article // 60)]
        count = sizes.get(index, dice.randint(0, 40))
        comments = list(_comments(dice, words, count, published, number))
        number += count
        title = f"Article {index}"  # our importer makes slugs of titles
        author = dice.randrange(AUTHORS)
        archive.articles.append(Article(index, title, author, published, paragraphs, comments))
    return archive


def _comments(
    dice: random.Random, words: Words, count: int, start: datetime, first: int
) -> Iterator[Comment]:
    """Yield a tree: three of ten comments are roots, most others answer a recent comment."""
    made: list[Comment] = []
    created = start
    for number in range(first, first + count):
        created += timedelta(seconds=dice.randint(20, 900))
        parent = None
        if made and dice.random() > 0.3:
            back = int(dice.expovariate(1 / 40)) if dice.random() < 0.6 else dice.randrange(count)
            parent = made[-1 - min(back, len(made) - 1)]
            if parent.depth >= MAX_DEPTH:
                parent = None
        who = dice.randint(1, COMMENTERS)
        comment = Comment(
            number,
            parent.number if parent else None,
            parent.depth + 1 if parent else 1,
            f"Reader {who}",
            f"reader{who}@example.org",
            created,
            words.text(max(8, int(dice.gauss(60, 18)))),
        )
        made.append(comment)
        yield comment


# --- files that products import


def write_json(archive: Archive, path: Path) -> None:
    """Write the data for the loaders of WordPress and django-comments-xtd."""
    articles = [asdict(article) | {"slug": article.slug} for article in archive.articles]
    data = {"authors": archive.authors, "articles": articles}
    path.write_text(json.dumps(data, default=datetime.isoformat), encoding="utf-8")


def write_wordpress(archive: Archive, path: Path) -> None:
    """Write an export of WordPress, which our importer and WordPress read."""
    site = "http://127.0.0.1"
    with path.open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0"'
            ' xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
            ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
            ' xmlns:wp="http://wordpress.org/export/1.2/">\n<channel><title>Bench</title>'
            f"<link>{site}</link><wp:wxr_version>1.2</wp:wxr_version>"
            f"<wp:base_site_url>{site}</wp:base_site_url>"
            f"<wp:base_blog_url>{site}</wp:base_blog_url>\n"
        )
        for index, name in enumerate(archive.authors):
            out.write(
                f"<wp:author><wp:author_id>{index + 2}</wp:author_id>"
                f"<wp:author_login>author-{index}</wp:author_login>"
                f"<wp:author_email>author{index}@example.org</wp:author_email>"
                f"<wp:author_display_name>{_cdata(name)}</wp:author_display_name></wp:author>\n"
            )
        for article in archive.articles:
            text = "\n\n".join(article.paragraphs)
            out.write(
                f"<item><title>{escape(article.title)}</title><link>{site}/{article.slug}/</link>"
                f"<dc:creator>author-{article.author}</dc:creator>"
                f"<content:encoded>{_cdata(text)}</content:encoded>"
                f"<wp:post_id>{900_000 + article.number}</wp:post_id>"
                f"<wp:post_date>{article.published}</wp:post_date>"
                f"<wp:post_date_gmt>{article.published}</wp:post_date_gmt>"
                "<wp:comment_status>open</wp:comment_status><wp:status>publish</wp:status>"
                f"<wp:post_name>{article.slug}</wp:post_name><wp:post_type>post</wp:post_type>\n"
            )
            for comment in article.comments:
                out.write(
                    f"<wp:comment><wp:comment_id>{comment.number}</wp:comment_id>"
                    f"<wp:comment_author>{_cdata(comment.name)}</wp:comment_author>"
                    f"<wp:comment_author_email>{comment.email}</wp:comment_author_email>"
                    "<wp:comment_author_url></wp:comment_author_url>"
                    "<wp:comment_author_IP>192.0.2.7</wp:comment_author_IP>"
                    f"<wp:comment_date>{comment.created}</wp:comment_date>"
                    f"<wp:comment_date_gmt>{comment.created}</wp:comment_date_gmt>"
                    f"<wp:comment_content>{_cdata(comment.text)}</wp:comment_content>"
                    "<wp:comment_approved>1</wp:comment_approved>"
                    "<wp:comment_type>comment</wp:comment_type>"
                    f"<wp:comment_parent>{comment.parent or 0}</wp:comment_parent>"
                    "<wp:comment_user_id>0</wp:comment_user_id></wp:comment>\n"
                )
            out.write("</item>\n")
        out.write("</channel></rss>\n")


def write_disqus(archive: Archive, path: Path) -> None:
    """Write an export of Disqus, which Isso reads."""
    with path.open("w", encoding="utf-8") as out:
        out.write(
            '<?xml version="1.0" encoding="utf-8"?>\n<disqus xmlns="http://disqus.com"'
            ' xmlns:dsq="http://disqus.com/disqus-internals">\n'
        )
        for article in archive.articles:
            out.write(
                f'<thread dsq:id="{article.number}"><id>{article.slug}</id>'
                f"<link>http://127.0.0.1/{article.slug}/</link><title>{escape(article.title)}"
                f"</title><createdAt>{article.published.isoformat()}Z</createdAt>"
                "<isClosed>false</isClosed><isDeleted>false</isDeleted></thread>\n"
            )
        for article in archive.articles:
            for comment in article.comments:
                parent = f'<parent dsq:id="{comment.parent}"/>' if comment.parent else ""
                out.write(
                    f'<post dsq:id="{comment.number}"><id/>'
                    f"<message>{_cdata(comment.text)}</message>"
                    f"<createdAt>{comment.created.isoformat()}Z</createdAt>"
                    "<isDeleted>false</isDeleted><isSpam>false</isSpam>"
                    f"<author><email>{comment.email}</email><name>{comment.name}</name>"
                    "<isAnonymous>true</isAnonymous></author><ipAddress>192.0.2.7</ipAddress>"
                    f'<thread dsq:id="{article.number}"/>{parent}</post>\n'
                )
        out.write("</disqus>\n")


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def wordpress_export(folder: Folder, comments: int, articles: int = 200) -> Path:
    """Return an export with comments spread evenly over articles, made once."""
    path = folder / f"import-{comments}-{articles}.xml"
    if not path.exists():
        sizes = dict.fromkeys(range(1, articles + 1), comments // articles)
        archive = make_archive(articles, sizes, words_per_article=120, seed=7)
        unfinished = path.with_suffix(".part")
        write_wordpress(archive, unfinished)
        unfinished.rename(path)
    return path


def new_texts(count: int) -> list[str]:
    """Return texts to post, all different, also from those of an earlier call."""
    call = secrets.token_hex(4)
    return [f"{REMARK} {call} {number}" for number in range(count)]


def new_queries(count: int) -> list[str]:
    """Return pairs of words to search for, all different: one frequent, one rare."""
    words = Words(random.Random(SEED)).known
    dice = random.Random()
    return [f"{dice.choice(words[60:400])} {dice.choice(words[400:])}" for _ in range(count)]
