"""`export_commentary --format fixture`, and its restore with `loaddata`."""

import json

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from commentary.discussions import tree
from commentary.models import AuditEntry, tallies
from tests.exporting.sites import empty_site, export, make_site, rows

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.slow
def test_a_loaded_fixture_makes_equal_rows(ed, article, threads, tmp_path, client):
    make_site(ed, article, threads, tmp_path)
    before, page = rows(), client.get("/articles/bees/").content
    export(tmp_path / "site.json", format="fixture")
    empty_site()
    call_command("loaddata", str(tmp_path / "site.json"), verbosity=0)
    assert rows() == before
    assert (tree.check(), tallies.wrong()) == ([], [])
    assert client.get("/articles/bees/").content == page
    assert client.get("/search/?q=corrected").content.count(b"orrected") > 1
    account = User.objects.get(username="ed")
    assert (account.is_active, account.has_usable_password()) == (False, False)
    assert AuditEntry.objects.get(verb="remove", reason="Personal").actor == account
    two = export(tmp_path / "two.json", format="fixture")
    assert json.loads(two)[1:] == json.loads((tmp_path / "site.json").read_text())[1:]


def test_a_fixture_has_no_secrets_of_accounts(ed, article, threads, tmp_path):
    make_site(ed, article, threads, tmp_path)
    ed.email = "ed@newsroom.example"
    ed.save()
    text = export(tmp_path / "site.json", format="fixture").decode()
    assert "ed@newsroom.example" not in text
    assert ed.password not in text
