from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...importing.report import counted
from ...privacy.erasing import erase_person
from ...privacy.erasures import erasure_file
from ..people import add_person_arguments, chosen_person


class Command(BaseCommand):
    """Make sure first that the request comes from that person."""

    help = (
        "Erase a commenter for good: names, addresses and texts, with earlier versions and all other "
        "traces. Replies stay. Run it without --yes first: it lists the comments and changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_person_arguments(parser)
        parser.add_argument(
            "--keep-text",
            action="store_true",
            help="erase name, address and other traces only: the comments become anonymous",
        )
        parser.add_argument("--yes", action="store_true", help="erase, which can't be undone")

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
            count = counted(len(person.comments), "comment")
            raise CommandError(f"Nothing was erased. To erase {count} for good, add --yes.")
        try:
            erased = erase_person(person, keep_text)
        except OSError as failure:
            raise CommandError(
                f"{erasure_file()}: cannot be written: {failure.strerror}"
            ) from failure
        what = "The names of " if keep_text else ""
        self.stdout.write(f"Erased: {what}{counted(erased.comments, 'comment')}.")
        for name in erased.sources:
            self.stdout.write(f"Still in an imported source: {name}")
        self.stdout.write(
            f"Keep a copy of {erasure_file()} outside this machine: it repeats this after a restore."
        )
