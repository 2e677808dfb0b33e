import sqlite3
from contextlib import closing

import pytest

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_in_the_write_ahead_log_is_part_of_a_backup(db, backup, article):
    with closing(sqlite3.connect(backup() / "database.sqlite3")) as copy:
        assert copy.execute("SELECT count(*) FROM commentary_article").fetchone() == (1,)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
