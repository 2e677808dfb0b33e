"""Inviting editors, and `add_editor`."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from itertools import pairwise

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from commentary.accounts import factors
from commentary.models import Invitation, OutboxMessage, SignInAttempt, SiteAuditEntry
from commentary.notifications.kinds import RENDERERS
from tests.conftest import member, staff

pytestmark = pytest.mark.django_db

GOOD = "a heron on the weir"
PAGE = "/account/invite/"


@pytest.fixture
def mail(settings) -> None:
    settings.EMAIL_TRANSPORT = {"backend": "django.core.mail.backends.locmem.EmailBackend"}
    settings.SITE_URL = "https://comments.example"


@pytest.fixture
def amy(db) -> User:
    """Administrator Amy."""
    if not Group.objects.filter(name="Administrator").exists():
        # A transactional test leaves empty tables, without the rows from migrations.
        import_module("commentary.migrations.0003_groups").make_groups(apps, None)
        import_module("commentary.migrations.0045_invitations_and_administrators").add_group(
            apps, None
        )
    return member("amy", "Administrator")


@pytest.fixture
def as_amy(client, amy) -> Client:
    client.force_login(amy)
    return client


def form(**data) -> dict:
    return {"email": "sam@example.org", "name": "Sam Idris", "role": "Moderator"} | data


def invited(**fields) -> Invitation:
    group = Group.objects.get(name="Moderator")
    return Invitation.objects.create(**{"email": "sam@example.org", "group": group} | fields)


class TestInvite:
    def test_the_invited_person_gets_a_link_by_mail_and_joins(self, as_amy, mail, settings):
        settings.REQUIRE_SECOND_FACTOR = False
        page = as_amy.post(PAGE, form(), follow=True).content.decode()
        assert "The invitation is sent to sam@example.org." in page
        message = OutboxMessage.objects.get()
        assert message.recipient == "sam@example.org"
        text = RENDERERS[message.kind](message)
        assert "Your role: Moderator." in text.body
        path = re.search(r"https://comments\.example(/account/join/\S+)", text.body)[1]
        assert path.split("/")[-2] not in str(message.details)
        guest = Client()
        assert "Your role: Moderator" in guest.get(path).content.decode()
        answer = guest.post(path, {"username": "sam", "password": GOOD})
        assert answer["Location"] == "/admin/"
        sam = User.objects.get(username="sam")
        assert [group.name for group in sam.groups.all()] == ["Moderator"]
        assert (sam.is_staff, sam.is_superuser) == (True, False)
        assert (sam.email, sam.first_name) == ("sam@example.org", "Sam Idris")
        assert guest.get("/admin/moderation/").status_code == 200
        assert SignInAttempt.objects.get().method == "invite"

    def test_they_set_up_a_second_factor_before_they_are_signed_in(self, amy):
        guest = Client()
        answer = guest.post(invited().path, {"username": "sam", "password": GOOD})
        assert answer["Location"] == "/account/second-factor/"
        assert guest.get("/admin/").status_code == 302

    def test_a_passkey_needs_no_password(self, amy):
        guest = Client()
        answer = guest.post(invited().path, {"username": "sam", "with": "passkey"})
        assert not User.objects.get(username="sam").has_usable_password()
        page = guest.get(answer["Location"]).content.decode()
        assert "Add a passkey on this device" in page and "Six-digit code" not in page
        assert "publicKey" in guest.post("/account/passkey/add/").json()

    def test_without_e_mail_the_link_is_shown_to_the_administrator(self, as_amy):
        page = as_amy.post(PAGE, form(), follow=True).content.decode()
        path = re.search(r"http://testserver(/account/join/[^\s<]+)", page)[1]
        assert Client().get(path).status_code == 200
        assert not OutboxMessage.objects.exists()

    def test_a_link_works_once(self, amy):
        path = invited().path
        Client().post(path, {"username": "sam", "password": GOOD})
        for answer in (
            Client().get(path),
            Client().post(path, {"username": "x", "password": GOOD}),
        ):
            assert answer.status_code == 410
            assert "no longer valid" in answer.content.decode()
        assert not User.objects.filter(username="x").exists()

    def test_the_audit_log_of_the_site_has_each_step_without_the_address(self, as_amy, amy):
        as_amy.post(PAGE, form())
        as_amy.post(PAGE, {"again": Invitation.objects.get().pk})
        Client().post(Invitation.objects.get().path, {"username": "sam", "password": GOOD})
        second = invited(email="kim@example.org")
        as_amy.post(PAGE, {"withdraw": second.pk})
        call_command("add_editor", "lee", group="editor", stdout=io.StringIO())
        rows = SiteAuditEntry.objects.order_by("position")
        assert [(row.actor_name, row.verb, row.details["role"]) for row in rows] == [
            ("amy", "invite", "Moderator"),
            ("amy", "invite_again", "Moderator"),
            ("sam", "accept_invitation", "Moderator"),
            ("amy", "withdraw_invitation", "Moderator"),
            ("operator", "invite", "Editor"),
        ]
        assert rows[2].details["account"] == User.objects.get(username="sam").pk
        assert "example.org" not in str([row.details for row in rows])
        for before, entry in pairwise(rows):
            assert entry.digest == entry.digest_after(before.digest)
        root = Client()
        root.force_login(User.objects.create_superuser("root"))
        page = root.get("/admin/commentary/siteauditentry/").content.decode()
        assert "invitation accepted" in page
        assert f"Moderator, account {rows[2].details['account']}" in page

    def test_it_ends_when_its_time_is_over(self, amy):
        path = invited(ends_at=timezone.now() - timedelta(seconds=1)).path
        assert Client().get(path).status_code == 410

    def test_it_ends_when_it_is_sent_again_or_withdrawn(self, as_amy):
        first = invited()
        former = first.path
        as_amy.post(PAGE, {"again": first.pk})
        first.refresh_from_db()
        assert Client().get(former).status_code == 410
        assert Client().get(first.path).status_code == 200
        as_amy.post(PAGE, {"withdraw": first.pk})
        assert Client().get(first.path).status_code == 410

    def test_the_link_of_a_disabled_account_does_not_work(self, amy):
        sam = staff("sam")
        path = invited(account=sam).path
        User.objects.filter(pk=sam.pk).update(is_active=False)
        assert Client().post(path, {"password": GOOD}).status_code == 410

    @pytest.mark.parametrize("token", ["x", "a:b:c", "é", "x" * 3000, "WzEsIngiXQ:1:x"])
    def test_another_token_is_refused(self, client, db, token):
        assert client.get(f"/account/join/{token}/").status_code == 410

    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            ({"password": "short"}, "too short"),
            ({"password": "passwordpassword"}, "easy to guess"),
            ({"password": ""}, "Choose a password, or create a passkey."),
            ({"username": ""}, "This field is required."),
            ({"username": "a b"}, "valid username"),
            ({"username": "AMY"}, "That user name is taken."),
            ({"username": "x" * 151}, "at most 150"),
        ],
    )
    def test_a_weak_password_or_a_taken_name_is_refused_and_the_link_stays(
        self, amy, data, problem
    ):
        path = invited().path
        page = Client().post(path, {"username": "sam", "password": GOOD} | data)
        assert page.status_code == 422
        assert problem in page.content.decode()
        assert Client().get(path).status_code == 200
        assert not User.objects.filter(email="sam@example.org").exists()

    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            ({"email": "AMY@example.org"}, "An account has this address already."),
            ({"email": "kim@example.org"}, "This address is invited already."),
            ({"email": "x"}, "valid email"),
            ({"role": "Superuser"}, "valid choice"),
        ],
    )
    def test_invitations_that_cannot_be_sent_are_refused(self, as_amy, amy, data, problem):
        User.objects.filter(pk=amy.pk).update(email="amy@example.org")
        invited(email="kim@example.org")
        page = as_amy.post(PAGE, form(**data))
        assert page.status_code == 422
        assert problem in page.content.decode()
        assert Invitation.objects.count() == 1

    @pytest.mark.parametrize("pk", ["", "x", "9" * 30, "-1", "999"])
    def test_an_unknown_invitation_is_neither_sent_nor_withdrawn(self, as_amy, pk):
        invited()
        for do in ("again", "withdraw"):
            assert as_amy.post(PAGE, {do: pk}).status_code == 303
        assert Invitation.objects.count() == 1

    @pytest.mark.parametrize("group", ["Moderator", "Editor", "Auditor"])
    def test_only_administrators_invite(self, client, amy, group):
        client.force_login(member("mo", group))
        assert client.get(PAGE).status_code == 403
        assert client.post(PAGE, form()).status_code == 403
        assert not Invitation.objects.exists()

    def test_a_withdrawn_invitation_is_not_sent(self, as_amy, mail):
        as_amy.post(PAGE, form())
        Invitation.objects.all().delete()
        message = OutboxMessage.objects.get()
        assert RENDERERS[message.kind](message) is None


@pytest.mark.django_db(transaction=True)
def test_of_several_who_open_a_link_at_once_one_joins():
    import_module("commentary.migrations.0003_groups").make_groups(apps, None)
    path = invited().path

    def accept(number: int) -> int:
        try:
            data = {"username": f"sam{number}", "password": GOOD}
            return Client().post(path, data).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(accept, range(6)))
    assert answers == [303] + [410] * 5
    assert User.objects.count() == 1


class TestPeople:
    LIST = "/admin/auth/user/"

    def test_administrators_see_roles_and_second_factors(self, as_amy, ed):
        factors.set_app(ed, "A" * 32, step=0)
        text = as_amy.get(self.LIST).content.decode()
        assert "Administrator" in text and "None yet" in text and "Code" in text
        assert PAGE in text

    def test_they_change_roles_and_disable_accounts(self, as_amy, ed):
        other = Client()
        other.force_login(ed)
        moderator = Group.objects.get(name="Moderator")
        data = {"username": "ed", "groups": [moderator.pk], "email": "", "is_superuser": "on"}
        answer = as_amy.post(f"{self.LIST}{ed.pk}/change/", data)
        assert answer.status_code == 302
        ed = User.objects.get(pk=ed.pk)
        assert (ed.is_active, ed.is_staff, ed.is_superuser) == (False, True, False)
        assert list(ed.groups.all()) == [moderator]
        assert other.get("/admin/").status_code == 302

    def test_they_cannot_touch_superusers_or_give_other_groups(self, as_amy, ed):
        root = User.objects.create_superuser("root", password=GOOD)
        for page in ("change/", "password/"):
            answer = as_amy.post(f"{self.LIST}{root.pk}/{page}", {"username": "mine"})
            assert answer.status_code == 403
        powerful = Group.objects.create(name="Powerful")
        data = {"username": "ed", "groups": [powerful.pk], "is_active": "on"}
        assert as_amy.post(f"{self.LIST}{ed.pk}/change/", data).status_code == 200
        assert powerful not in ed.groups.all()

    def test_others_do_not_see_the_list(self, as_ed):
        assert as_ed.get(self.LIST).status_code == 403


class TestAddEditor:
    def run(self, *args: str) -> str:
        out = io.StringIO()
        call_command("add_editor", *args, stdout=out)
        return out.getvalue()

    def test_it_prints_a_link_with_which_a_new_editor_joins(self, amy, settings):
        settings.REQUIRE_SECOND_FACTOR = False
        said = self.run("sam", "--group", "moderator", "--site", "https://x.example/")
        assert said.startswith("Created sam: Moderator.\n")
        path = re.search(r"https://x\.example(/account/join/\S+)", said)[1]
        guest = Client()
        assert "Your user name: <strong>sam</strong>" in guest.get(path).content.decode()
        assert guest.post(path, {"password": GOOD})["Location"] == "/admin/"
        assert guest.get("/admin/moderation/").status_code == 200
        assert User.objects.get(username="sam").check_password(GOOD)

    @pytest.mark.parametrize("name", ["Moderator", "editor", "AUDITOR", "administrator"])
    def test_each_role_is_given_instead_of_another(self, amy, name):
        self.run("sam", "--group", "moderator")
        said = self.run("sam", "--group", name, "--email", "sam@example.org")
        assert said == f"Changed sam: {name.title()}.\n"
        sam = User.objects.get(username="sam")
        names = {group.name for group in sam.groups.all()}
        more = {"Editor", "Auditor"} if name == "administrator" else set()
        assert names == {name.title()} | more
        assert sam.email == "sam@example.org"

    def test_a_disabled_account_is_active_again(self, amy):
        sam = staff("sam")
        User.objects.filter(pk=sam.pk).update(is_active=False)
        said = self.run("sam", "--group", "editor", "--link")
        path = re.search(r"(/account/join/\S+)", said)[1]
        assert Client().get(path).status_code == 200

    def test_a_new_link_replaces_the_former_one(self, amy):
        links = [
            re.search(r"(/account/join/\S+)", self.run("sam", "--group", "editor", "--link"))[1]
            for _ in range(2)
        ]
        assert [Client().get(path).status_code for path in links] == [410, 200]

    def test_a_link_does_not_replace_the_second_factor(self, amy):
        sam = staff("sam")
        factors.set_app(sam, "A" * 32, step=0)
        path = re.search(r"(/account/join/\S+)", self.run("sam", "--group", "editor", "--link"))[1]
        assert Client().post(path, {"password": GOOD})["Location"] == "/account/code/"

    def test_the_password_is_read_from_standard_input(self, amy, monkeypatch):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{GOOD}\n"))
        assert self.run("sam", "--group", "editor", "--password") == "Created sam: Editor.\n"
        assert User.objects.get(username="sam").check_password(GOOD)
        monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
        with pytest.raises(CommandError, match="too short"):
            self.run("max", "--group", "editor", "--password")
        assert not User.objects.filter(username="max").exists()

    @pytest.mark.parametrize(
        "args",
        [
            ["sam", "--group", "owner"],
            ["sam"],
            ["a b", "--group", "editor"],
            ["", "--group", "editor"],
            ["sam", "--group", "editor", "--email", "x"],
            ["sam", "--group", "editor", "--email", "AMY@example.org"],
        ],
    )
    def test_wrong_values_create_nothing(self, amy, args):
        User.objects.filter(pk=amy.pk).update(email="amy@example.org")
        with pytest.raises(CommandError):
            self.run(*args)
        assert User.objects.count() == 1
