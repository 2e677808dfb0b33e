from django.core.management.base import CommandError
from django.core.management.commands import migrate
from django.db import connections

from .. import schema


class Command(migrate.Command):
    """Django's migrate, which refuses a database that can't be upgraded."""

    def handle(self, *args: object, **options: object) -> None:
        if problem := schema.problem(connections[str(options["database"])]):
            raise CommandError(problem)
        super().handle(*args, **options)
