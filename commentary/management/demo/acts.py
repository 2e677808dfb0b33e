"""Fills the demo site through the functions that pages and the admin call.

Imported content has the dates of its sources. Everything else is dated within the last week, so
that the moderation queue looks like one in daily use.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from django.contrib.auth.models import Group, User
from django.utils import timezone

from ... import discussions
from ...discussions.points import Points
from ...discussions.rules import save_rule
from ...models import Article, Author, Comment, PointLink, Report, RowKey, Rule
from .clock import clock_at

LIBRARY = "seven-things-we-learned-from-a-year-without-library-fines"
WORKSHOP = "seven-rules-for-a-shared-workshop"
FERRY = "top-5-reasons-the-ferry-still-beats-the-bridge"
BAKERY = "a-bakery-without-a-sign"
GLOVES = "lost-gloves-of-the-winter"
CARRIAGE = "the-quiet-carriage"

# Comment number: point, linked by an editor.
LINKED = {
    LIBRARY: {33: 4, 45: 3, 46: 3, 59: 2, 92: 5, 95: 5, 164: 1, 197: 6, 290: 7, 359: 5},
    WORKSHOP: {1: 5, 5: 4, 8: 4, 10: 2, 13: 1, 17: 6, 18: 6, 20: 7, 22: 3},
    FERRY: {3: 1, 6: 4},
}
DISMISSED = {LIBRARY: [(167, 6)]}  # about a book, mentions the point only in passing
UNDECIDED = {LIBRARY: [(218, 1), (326, 4)]}


def identity(person: str) -> str:
    """Return the hash that identifies a commenter or a network."""
    return hashlib.sha256(f"demo {person}".encode()).hexdigest()


def sender(person: str) -> discussions.Sender:
    return discussions.Sender(identity(person), identity(f"network of {person}"))


FIRST_WRITER = identity("hedda")  # a site with a comment by this commenter has the demo


class DemoSite:
    """A site with the fixtures, on which people act at earlier times (`ago`)."""

    def __init__(self) -> None:
        self.now = timezone.now()

    @contextmanager
    def ago(self, days: int = 0, hours: int = 0, minutes: int = 0) -> Iterator[datetime]:
        moment = self.now - timedelta(days=days, hours=hours, minutes=minutes)
        with clock_at(moment):
            yield moment

    def article(self, slug: str) -> Article:
        return Article.objects.select_related("discussion").get(slug=slug)

    def comment(self, slug: str, number: int) -> Comment:
        return Comment.objects.get(discussion__article__slug=slug, number=number)

    def post(
        self,
        person: str,
        name: str,
        slug: str,
        body: str,
        to: int | None = None,
        about: int | None = None,
    ) -> Comment:
        """Post a comment from someone's browser. `to` is the number of the parent, `about` the
        point chosen.
        """
        article = self.article(slug)
        parent = None if to is None else self.comment(slug, to).pk
        email = f"{person}@example.org" if name else ""
        return discussions.submit(
            article.pk,
            parent,
            body,
            sender(person),
            body,
            name=name,
            email=email,
            about=about,
            points=Points(article.points),
            text_language=article.text_language,
        )


def act() -> None:
    """Run the whole demo on a site that has only the fixtures."""
    site = DemoSite()
    with site.ago(days=6, hours=22):
        noor = _account("noor", "Editor")
        jasper = _account("jasper", "Moderator")
        words = Rule(kind=Rule.Kind.WORDS, pattern="backlinks\ncasino\nguest post")
        save_rule(words, noor)
        shop = "cheap-shelving.example"
        save_rule(Rule(kind=Rule.Kind.DOMAIN, pattern=shop, action=Rule.Action.REJECT), noor)
    _link_points(site, noor)
    _mark_author(site, noor)
    _tidy(site, noor, jasper)
    _week(site, noor, jasper)
    _last_days(site)


def _account(name: str, group: str) -> User:
    """Create a staff account without a password, so nobody can sign in with it."""
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


def _link_points(site: DemoSite, noor: User) -> None:
    """Accept most suggested links, dismiss one, leave two, and link more points by hand."""
    undecided = [(slug, *pair) for slug, pairs in UNDECIDED.items() for pair in pairs]
    dismissed = [(slug, *pair) for slug, pairs in DISMISSED.items() for pair in pairs]
    accept: list[RowKey] = []
    dismiss: list[RowKey] = []
    suggested = PointLink.objects.filter(state=PointLink.State.SUGGESTED).order_by("pk")
    for link in suggested.select_related("comment", "discussion__article"):
        found = (link.discussion.article.slug, link.comment.number, link.point)
        if found not in undecided:
            (dismiss if found in dismissed else accept).append(link.key)
    with site.ago(days=6, hours=21):
        discussions.decide_point_links("link", accept, noor)
        discussions.decide_point_links("unlink", dismiss, noor)
    with site.ago(days=6, hours=20):
        for slug, links in LINKED.items():
            for number, point in links.items():
                discussions.link(site.comment(slug, number), point, noor)


def _mark_author(site: DemoSite, noor: User) -> None:
    """Mark the comments by the author of the article."""
    author = Author.objects.get(name="Maren Oduya")
    hers = Comment.objects.in_discussion(site.article(LIBRARY).pk).filter(name=author.name)
    with site.ago(days=6, hours=19):
        for comment in hers.order_by("number"):
            discussions.confirm(comment, author, noor)


def _tidy(site: DemoSite, noor: User, jasper: User) -> None:
    """Moderate and correct the imported discussions."""
    with site.ago(days=5, hours=7):
        discussions.remove(site.comment(LIBRARY, 266), jasper, "Personal remark")
    with site.ago(days=5, hours=6):
        discussions.close(
            site.comment(LIBRARY, 263),
            jasper,
            "This branch had become a quarrel between two people. The discussion itself stays open.",
        )
    with site.ago(days=4, hours=9):  # a mistake and its undo
        slip = discussions.remove(site.comment(LIBRARY, 250), jasper, "Personal remark")
    with site.ago(days=4, hours=8, minutes=55):
        discussions.undo(slip, noor)
    with site.ago(days=4, hours=2):
        article = site.article(LIBRARY)
        body = article.body.replace("cost us 2,310", "cost us 2,130")
        discussions.correct(article, noor, article.title, body, "Two digits were swapped")
    with site.ago(days=4, hours=1):
        hours = site.comment(LIBRARY, 190)
        body = hours.body.replace("Wednesdays, two to five", "Thursdays, two to six")
        discussions.correct(
            hours, noor, hours.name, body, "The repair group meets on Thursdays now"
        )
    with site.ago(days=3, hours=5):
        discussions.close(
            site.article(CARRIAGE).discussion,
            noor,
            "We leave the archive open for a week after it moves, then close it.",
            start=site.now + timedelta(days=4),
        )


def _week(site: DemoSite, noor: User, jasper: User) -> None:
    """Post comments that were decided on, or appeared without a decision, during the last days."""
    with site.ago(days=3, hours=4):
        hedda = site.post(
            "hedda",
            "Hedda Lorenz",
            LIBRARY,
            "We are about to vote on this in our village. Is there one thing that you would do "
            "differently, if you could start again?",
        )
    with site.ago(days=3, hours=2):
        discussions.approve(hedda, noor)
    with site.ago(days=3, hours=1):
        spam = site.post(
            "seo",
            "Library Growth Team",
            LIBRARY,
            "Great article! We offer high quality backlinks for library blogs. Reply for our "
            "price list.",
        )
    with site.ago(days=2, hours=23):
        discussions.mark_spam(spam, jasper)
    with site.ago(days=2, hours=22):  # rejected by a rule
        site.post(
            "shelves",
            "Best Prices",
            LIBRARY,
            "Shelves from 19.90, see https://www.cheap-shelving.example/sale",
        )
    with site.ago(days=2, hours=20):
        rude = site.post(
            "rude",
            "",
            LIBRARY,
            "What do you expect from people who get paid to stamp things and look for thirty cents.",
            to=164,
        )
    with site.ago(days=2, hours=18):
        discussions.reject(rude, jasper, "Insults the staff")
    with site.ago(days=2, hours=16):
        anders = site.post(
            "anders",
            "Anders Holm",
            WORKSHOP,
            "We have copied rule 5 and pay in cinnamon buns. The boat left the bench in nine days.",
            to=1,
            about=5,
        )
    with site.ago(days=2, hours=15):
        discussions.approve(anders, noor)
    with site.ago(days=2, hours=12):
        bare = site.post("ruben", "Ruben Castellanos", LIBRARY, "https://figures.example.org/north")
    with site.ago(days=2, hours=10):
        discussions.reject(bare, jasper, "Please say in a sentence what the link is about")
    # From here on Hedda and Anders are known commenters, so their comments appear at once.
    with site.ago(days=2, hours=3):
        vote = site.post(
            "hedda",
            "Hedda Lorenz",
            LIBRARY,
            "The vote is on Thursday. I shall read them point 5 aloud and sit down again.",
            about=5,
        )
    with site.ago(days=2, hours=2, minutes=54):
        discussions.edit_comment(
            vote,
            sender("hedda"),
            "The vote is on Thursday. I shall read them point 5 aloud, then the comment by Oona, "
            "and sit down again.",
            vote.name,
            Points(site.article(LIBRARY).points),
        )


WAITING = (  # days and hours ago, person, name, article, parent, text
    (1, 22, "ruben", "Ruben Castellanos", LIBRARY, 317,
     "Both branches publish their figures now: https://figures.example.org/north and "
     "https://figures.example.org/south. The southern one counts renewals as returns, so please "
     "read the footnote before you compare them."),
    (1, 9, "salma", "سلمى", LIBRARY, 48,
     "وماذا عن الفروع الصغيرة؟ لا أجد أرقامها في الجدول الثاني."),
    (0, 17, "gloves", "", GLOVES, None,
     "The brown left one with a burnt thumb is mine. The right one has the other half of the burn."),
    (0, 9, "marek", "Marek T.", LIBRARY, 272,
     "391 of 612 answered. The 221 who did not could all have stayed at home because of the fines, "
     "or all because of the rain. Which is it?"),
    (0, 5, "casino", "Lucky Reader", BAKERY, None,
     "Nice street! Try our online casino, first loaf is free."),
    (0, 2, "lou", "Lou", WORKSHOP, 13,
     "I can sharpen the long saw and live two streets away. Would a Tuesday do?"),
    (0, 0, "ilse", "Ilse Brandt", LIBRARY, 59,
     "Ich habe meines gestern zurückgebracht, nach elf Jahren. Niemand hat etwas gesagt, und "
     "draußen habe ich dann doch geweint."),
)  # fmt: skip


COMPLAINTS = (  # days and hours ago, person, number of the comment, reason, note
    (1, 3, "reader of a reply", 264, Report.Why.OFF_TOPIC, ""),
    (1, 1, "another reader", 267, Report.Why.ATTACK, "They follow each other around."),
    (0, 8, "a third reader", 267, Report.Why.OFF_TOPIC, ""),
    (0, 4, "somebody from Oulu", 162, Report.Why.FALSE, "It was speeding near Turku."),
)
KNOWN = (  # as WAITING, from known commenters
    (1, 6, "anders", "Anders Holm", LIBRARY, None,
     "No library here, but a shared workshop without fines for eleven years: the drills come back, "
     "the pencils never."),
    (0, 20, "hedda", "Hedda Lorenz", LIBRARY, 344,
     "We voted. Nineteen to four, and one of the four asked for the text of the reminder."),
)  # fmt: skip


def _last_days(site: DemoSite) -> None:
    """Post the pending comments, the open reports and the latest public comments, in order of time."""
    acts: list[tuple[int, int, Callable[[], object]]] = []
    for days, hours, person, name, slug, to, body in (*WAITING, *KNOWN):
        acts.append((days, hours, partial(site.post, person, name, slug, body, to=to)))
    for days, hours, person, number, why, note in COMPLAINTS:
        comment = site.comment(LIBRARY, number)
        acts.append(
            (days, hours, partial(discussions.report_comment, comment, sender(person), why, note))
        )
    acts.append((1, 20, lambda: _withdrawn(site)))
    for days, hours, do in sorted(acts, key=lambda act: act[:2], reverse=True):
        with site.ago(days, hours, 12):
            do()


def _withdrawn(site: DemoSite) -> None:
    """Post a comment and withdraw it as its commenter."""
    comment = site.post("anders", "Anders Holm", WORKSHOP, "Is the stove a tiled one?", to=20)
    discussions.withdraw_comment(comment, sender("anders"))
