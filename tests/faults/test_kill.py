"""An import that is killed at any time and started again gives the same result as an undisturbed
one.

``make storm`` kills a hundred: KILLS=100.
"""

import os
import random
import sys
import time
from subprocess import TimeoutExpired

import pytest
from django.db import connection

from commentary.discussions import tree
from commentary.models import Comment
from tests.faults.imports import dump, empty, exports, finish, start

KILLS = int(os.environ.get("KILLS", "2"))
COMMENTS = 10_000


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_started_again_gives_the_same_result_as_an_uninterrupted_one(tmp_path):
    folder = exports(tmp_path, COMMENTS)
    began = time.monotonic()
    finish(start(folder))
    lasts = time.monotonic() - began
    undisturbed = dump()
    assert len(undisturbed["comments"]) == COMMENTS
    dice = random.Random(20260101)
    killed, in_between = 0, 0
    for _ in range(KILLS):
        empty()
        process = start(folder)
        try:
            process.wait(dice.uniform(0.4, 1) * lasts)
        except TimeoutExpired:
            process.kill()
            killed += 1
        process.communicate()
        in_between += 0 < Comment.objects.count() < COMMENTS
        finish(start(folder))
        again = dump()
        for table, rows in undisturbed.items():
            assert again[table] == rows, table
    assert tree.check() == []
    sys.stdout.write(
        f"\n{KILLS} imports of {COMMENTS} comments on {connection.vendor}: {killed} killed, "
        f"{in_between} with a part stored; all ended as the undisturbed one\n"
    )
