from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...privacy.erasing import erase_person
from ...privacy.erasures import erasure_file
from ...text.counts import counted
from ..people import add_person_arguments, chosen_person


class Command(BaseCommand):
    """Make sure first that the request comes from that person."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.description = _(
            "Erase a commenter for good: names, addresses and texts, with earlier versions and all other "
            "traces. Replies stay. Run it without --yes first: it lists the comments and changes nothing."
        )
        add_person_arguments(parser)
        parser.add_argument(
            "--keep-text",
            action="store_true",
            help=_("erase name, address and other traces only: the comments become anonymous"),
        )
        parser.add_argument("--yes", action="store_true", help=_("erase, which can't be undone"))

    def handle(
        self,
        *args: object,
        email: str | None,
        comment: list[str] | None,
        same_browser: bool,
        keep_text: bool,
        yes: bool,
        **options: object,
    ) -> None:
        person = chosen_person(email, comment, same_browser)
        if not yes:
            for one in person.comments:
                words = " ".join(one.typed.split())[:60]
                name = f"{one.discussion.article.slug}#{one.number}"
                self.stdout.write(f"{name}  {one.status}  {one.commenter}: {words}")
            text = ngettext(
                "Nothing was erased. To erase %(n)s comment for good, add --yes.",
                "Nothing was erased. To erase %(n)s comments for good, add --yes.",
                len(person.comments),
            )
            raise CommandError(counted(text, len(person.comments)))
        try:
            erased = erase_person(person, keep_text)
        except OSError as failure:
            raise CommandError(
                _("%(path)s: cannot be written: %(reason)s")
                % {"path": erasure_file(), "reason": failure.strerror}
            ) from failure
        count = erased.comments
        if keep_text:
            text = ngettext(
                "Erased: The names of %(n)s comment.", "Erased: The names of %(n)s comments.", count
            )
        else:
            text = ngettext("Erased: %(n)s comment.", "Erased: %(n)s comments.", count)
        self.stdout.write(counted(text, count))
        for name in erased.sources:
            self.stdout.write(_("Still in an imported source: %(name)s") % {"name": name})
        self.stdout.write(
            _("Keep a copy of %(path)s outside this machine: it repeats this after a restore.")
            % {"path": erasure_file()}
        )
