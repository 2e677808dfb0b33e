"""Many processes write at once; afterwards every tree is correct and nothing acknowledged is lost.

``make faults`` runs the same with STORM=8x500 on PostgreSQL and 4x500 on SQLite.
"""

import json
import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from commentary.discussions import tree
from commentary.models import Comment, tallies
from tests.conftest import make_article

PROCESSES, OPERATIONS = (int(n) for n in os.environ.get("STORM", "4x40").split("x"))


def database_url() -> str:
    """The URL of the test database, for other processes."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


@pytest.mark.django_db(transaction=True)
def test_every_tree_is_correct_and_nothing_is_lost(ed, counted):
    discussions = [str(make_article(f"Storm {i}").pk) for i in range(3)]
    environment = os.environ | {"DATABASE_URL": database_url()}
    workers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.storm", str(seed), str(OPERATIONS), *discussions],
            env=environment,
            stdout=subprocess.PIPE,
        )
        for seed in range(PROCESSES)
    ]
    reports = [json.loads(worker.communicate()[0]) for worker in workers]
    acknowledged = [pk for report in reports for pk in report["acknowledged"]]
    errors = [error for report in reports for error in report["errors"]]
    done = {
        name: sum(r["done"].get(name, 0) for r in reports) for r in reports for name in r["done"]
    }
    counted(
        f"{PROCESSES} processes x {OPERATIONS}: {len(acknowledged)} "
        f"comments acknowledged, {len(errors)} errors"
    )
    sys.stdout.write(f"{json.dumps(done, sort_keys=True)}\n")
    assert errors == []
    assert tree.check() == []
    assert tallies.wrong() == []
    stored = set(Comment.objects.values_list("pk", flat=True))
    assert stored == set(acknowledged)
    numbers = list(Comment.objects.values_list("discussion_id", "number"))
    assert len(numbers) == len(set(numbers))
