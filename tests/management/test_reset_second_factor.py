"""`reset_second_factor`: for an editor who lost a phone."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command

from commentary.accounts import factors
from commentary.models import StaffSession
from tests.conftest import staff

pytestmark = pytest.mark.django_db


def test_it_removes_the_factors_and_sessions_of_one_account(client, stella, capsys):
    for user in (stella, staff("other")):
        factors.set_app(user, "A" * 32, step=0)
        factors.new_recovery_codes(user)
    client.force_login(stella)
    call_command("reset_second_factor", "stella")
    assert "signed out everywhere" in capsys.readouterr().out
    assert not factors.has_second_factor(stella)
    assert {row.user.username for row in Authenticator.objects.all()} == {"other"}
    assert not StaffSession.objects.exists()
    assert client.get("/admin/").status_code == 302


def test_an_unknown_name_is_an_error(db):
    with pytest.raises(CommandError, match="No account has the user name nobody"):
        call_command("reset_second_factor", "nobody")
