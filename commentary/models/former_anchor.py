"""URL fragments that comments had at their source."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..text.former_anchors import number_in, spellings_of


class FormerAnchorQuerySet(models.QuerySet["FormerAnchor"]):
    """Former fragments, found by their article."""

    def number_of(self, article_id: int, asked: str) -> int | None:
        """Return the number of the comment that had the fragment or id `asked`, or None.

        Other spellings of the fragment count too ("c12" for "comment-12"), unless they led to
        different comments. One indexed query.
        """
        names = spellings_of(asked)
        rows = self.filter(article=article_id, name__in=names).values_list("name", "number")
        found = dict(rows)
        if asked in found:
            return found[asked]
        others = set(found.values())
        return others.pop() if len(others) == 1 else None

    def of_other_numbers(self, last_number: int | models.F) -> Self:
        """Return the fragments that name one comment here and named another one at the source."""
        return self.filter(Q(named__lte=last_number) & ~Q(named=F("number")))

    def are_ambiguous(self, article_id: int, last_number: int) -> bool:
        """Return whether a fragment of our pages of an article had another meaning at the source."""
        return self.filter(article=article_id).of_other_numbers(last_number).exists()

    def ambiguous_articles(self) -> set[int]:
        """Return the ids of all articles that `are_ambiguous`."""
        rows = self.of_other_numbers(F("article__discussion__last_number"))
        return set(rows.values_list("article", flat=True).distinct())


class FormerAnchor(models.Model):
    """A fragment that led to a comment of an article at its source, such as "comment-4711".

    `name` is the fragment without "#", or the id that the source gave to the comment. `number` is
    the number of the comment. `named` is the number that our own pages would take the fragment for:
    4711 for "comment-4711", None for fragments of other forms. If two comments of an article had the
    same fragment, the first one counts.
    """

    article = models.ForeignKey(
        "commentary.Article",
        on_delete=models.CASCADE,
        db_index=False,
        related_name="former_anchors",
        verbose_name=_("article"),
    )
    name = models.CharField(max_length=100)
    number = models.PositiveIntegerField(_("comment"))
    named = models.PositiveIntegerField(null=True)

    objects = FormerAnchorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "name"], name="former_anchor_unique")
        ]
        indexes = [
            models.Index(
                fields=["article", "named"],
                condition=Q(named__isnull=False),
                name="former_anchor_named",
            )
        ]

    def __str__(self) -> str:
        return f"#{self.name}"

    @classmethod
    def made(cls, article_id: int, name: str, number: int) -> Self:
        """Return an unsaved row."""
        return cls(article_id=article_id, name=name, number=number, named=number_in(name))
