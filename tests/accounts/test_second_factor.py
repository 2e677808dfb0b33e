"""The second step of signing in: codes of an app, recovery codes, and where one is required."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from commentary.accounts import factors, sealing
from commentary.models import OutboxMessage, SignInAttempt, StaffSession
from commentary.notifications.kinds import RENDERERS
from tests.conftest import staff

pytestmark = pytest.mark.django_db

RIGHT = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_of(secret: str, later: int = 0) -> str:
    """Return the code that an app shows now, or some periods later."""
    step = int(timezone.now().timestamp()) // 30 + later
    return format_hotp_value(hotp_value(secret, step))


@pytest.fixture
def with_app(stella) -> User:
    """Stella, who has an authenticator app with SECRET."""
    factors.set_app(stella, SECRET, step=0)
    return stella


def enter(name: str = "stella", next: str = "/admin/pages/") -> tuple[Client, str]:
    """Give the right password, and return the client and where it is sent."""
    client = Client()
    form = {"username": name, "password": RIGHT, "next": next}
    return client, client.post("/admin/login/", form)["Location"]


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def shown_codes(page) -> list[str]:
    return re.findall(r'class="secret">(\w{4}-\w{4})<', page.content.decode())


class TestRequirement:
    def test_a_password_alone_signs_nobody_in(self, with_app):
        client, then = enter()
        assert then == "/account/code/"
        assert not is_signed_in(client)

    def test_who_has_no_second_factor_must_set_one_up(self, stella):
        client, then = enter()
        assert then == "/account/second-factor/"
        assert not is_signed_in(client)
        page = client.get(then)
        secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page.content.decode())[1]
        secret = secret.replace(" ", "")
        assert client.post(then, {"code": "000000"}).status_code == 422
        page = client.post(then, {"code": code_of(secret)}, follow=True)
        assert page.redirect_chain[-1][0] == "/account/recovery-codes/"
        assert len(set(shown_codes(page))) == 10
        assert not is_signed_in(client)
        assert client.post("/account/recovery-codes/").status_code == 422
        done = client.post("/account/recovery-codes/", {"kept": "on"})
        assert done["Location"] == "/admin/pages/"
        assert is_signed_in(client)

    def test_it_can_be_turned_off_but_not_for_an_account_that_has_one(self, with_app, settings):
        settings.REQUIRE_SECOND_FACTOR = False
        client, then = enter()
        assert then == "/account/code/"
        staff("other")
        client, then = enter("other")
        assert then == "/admin/pages/"
        assert is_signed_in(client)

    @pytest.mark.parametrize(
        "path", ["code/", "recovery-code/", "second-factor/", "recovery-codes/", "", "confirm/"]
    )
    def test_its_pages_need_a_password_first(self, client, with_app, path):
        for answer in (client.get(f"/account/{path}"), client.post(f"/account/{path}", {"x": "1"})):
            assert answer.status_code == 302
            assert answer["Location"].startswith("/admin/login/")

    def test_the_second_step_expires(self, with_app, monkeypatch):
        client, _then = enter()
        now = timezone.now().timestamp()
        monkeypatch.setattr("time.time", lambda: now + 901)
        answer = client.post("/account/code/", {"code": code_of(SECRET)})
        assert answer["Location"] == "/admin/login/"

    def test_an_account_that_was_disabled_meanwhile_is_refused(self, with_app):
        client, _then = enter()
        User.objects.update(is_active=False)
        client.post("/account/code/", {"code": code_of(SECRET)})
        assert not is_signed_in(client)

    def test_who_has_a_second_factor_cannot_add_another_with_the_password_alone(self, with_app):
        client, _then = enter()
        assert client.get("/account/second-factor/")["Location"] == "/account/code/"
        assert client.get("/account/recovery-codes/")["Location"] == "/account/code/"

    def test_no_other_site_is_the_next_page(self, with_app):
        client, _then = enter(next="https://evil.example/")
        answer = client.post("/account/code/", {"code": code_of(SECRET)})
        assert answer["Location"] == "/admin/"


class TestCode:
    @pytest.mark.parametrize("write", ["{}", " {} ", "{:.3} {:.3}"])
    def test_the_code_of_now_signs_in_also_with_spaces(self, with_app, write):
        client, _then = enter()
        now = code_of(SECRET)
        typed = f"{now[:3]} {now[3:]}" if "." in write else write.format(now)
        assert client.post("/account/code/", {"code": typed})["Location"] == "/admin/pages/"
        assert is_signed_in(client)

    def test_a_clock_may_be_half_a_minute_wrong(self, with_app):
        for later, works in ((-3, False), (3, False), (-1, True), (1, True)):
            client, _then = enter()
            client.post("/account/code/", {"code": code_of(SECRET, later)})
            assert is_signed_in(client) == works

    def test_a_code_is_accepted_once(self, with_app):
        first, second = enter()[0], enter()[0]
        code = code_of(SECRET)
        first.post("/account/code/", {"code": code})
        assert second.post("/account/code/", {"code": code}).status_code == 422
        assert is_signed_in(first) and not is_signed_in(second)

    def test_a_wrong_code_says_how_many_attempts_are_left_until_none_is(self, with_app):
        client, _then = enter()
        for left in ("4 attempts", "3 attempts", "2 attempts", "1 attempt", "0 attempts"):
            page = client.post("/account/code/", {"code": "12"})
            assert page.status_code == 422
            assert f"{left} left." in page.content.decode()
            assert "<title>Error:" in page.content.decode()
        refused = client.post("/account/code/", {"code": code_of(SECRET)})
        assert (refused.status_code, refused["Retry-After"]) == (429, "900")
        assert not is_signed_in(client)
        # Nor does a new sign-in help, nor a recovery code.
        other = enter()[0]
        assert other.post("/account/code/", {"code": code_of(SECRET)}).status_code == 429
        assert other.post("/account/recovery-code/", {"code": "x"}).status_code == 429

    @pytest.mark.parametrize(
        "typed", ["", "1" * 21, "\0", "１２３４５６", "abcdef", "-1", "0x1234", "'"]
    )
    def test_anything_else_is_refused(self, with_app, typed):
        client, _then = enter()
        assert client.post("/account/code/", {"code": typed}).status_code == 422
        assert not is_signed_in(client)

    def test_the_code_of_another_account_is_refused(self, with_app):
        factors.set_app(staff("other"), "A" * 32, step=0)
        client, _then = enter()
        assert client.post("/account/code/", {"code": code_of("A" * 32)}).status_code == 422


class TestRecoveryCodes:
    def test_each_signs_in_once(self, with_app):
        codes = factors.new_recovery_codes(with_app)
        client, _then = enter()
        assert "You have 10 left" in client.get("/account/recovery-code/").content.decode()
        typed = codes[3].replace("-", " ").upper()
        answer = client.post("/account/recovery-code/", {"code": typed})
        assert answer["Location"] == "/admin/pages/"
        assert is_signed_in(client)
        client, _then = enter()
        assert client.post("/account/recovery-code/", {"code": codes[3]}).status_code == 422
        assert "You have 9 left" in client.get("/account/recovery-code/").content.decode()

    def test_those_of_another_account_are_refused(self, with_app):
        codes = factors.new_recovery_codes(staff("other"))
        factors.new_recovery_codes(with_app)
        client, _then = enter()
        assert client.post("/account/recovery-code/", {"code": codes[0]}).status_code == 422

    def test_no_readable_copy_is_stored(self, with_app):
        codes = factors.new_recovery_codes(with_app)
        stored = " ".join(str(row.data) for row in Authenticator.objects.all())
        assert not [code for code in codes if code in stored or code.replace("-", "") in stored]
        assert SECRET not in stored

    def test_new_ones_replace_the_old_and_are_shown_until_they_are_safe(self, with_app):
        old = factors.new_recovery_codes(with_app)
        client, _then = enter()
        client.post("/account/code/", {"code": code_of(SECRET)})
        page = client.post("/account/recovery-codes/", {"make": "1"}, follow=True)
        codes = shown_codes(page)
        assert len(codes) == 10 and not set(codes) & set(old)
        file = client.get("/account/recovery-codes/?format=txt")
        assert file["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
        assert all(code in file.content.decode() for code in codes)
        assert "no-store" in file["Cache-Control"]
        client.post("/account/recovery-codes/", {"kept": "on"})
        assert client.get("/account/recovery-codes/")["Location"] == "/account/"
        assert not factors.use_recovery_code(with_app, old[0])
        assert factors.use_recovery_code(with_app, codes[0])


class TestSecrets:
    def test_they_survive_a_change_of_the_key_while_the_former_one_is_listed(
        self, with_app, settings
    ):
        codes = factors.new_recovery_codes(with_app)
        former, settings.SECRET_KEY = settings.SECRET_KEY, "another-" * 8
        assert not factors.check_code(with_app, code_of(SECRET))
        settings.SECRET_KEY_FALLBACKS = [former]
        assert factors.check_code(with_app, code_of(SECRET))
        assert factors.use_recovery_code(with_app, codes[0])
        settings.SECRET_KEY_FALLBACKS = []
        assert factors.check_code(with_app, code_of(SECRET, 1))  # sealed again when it was used

    def test_a_sealed_text_is_opened_only_as_it_was_written(self):
        sealed = sealing.seal("secret")
        assert sealing.unseal(sealed) == "secret"
        for wrong in ("", "x", "é", sealed[:-2], sealed.swapcase()):
            with pytest.raises(sealing.Unreadable):
                sealing.unseal(wrong)

    def test_administrators_cannot_read_them_in_the_admin(self, admin_client):
        for model in ("mfa/authenticator", "account/emailaddress"):
            assert admin_client.get(f"/admin/{model}/").status_code == 404


class TestChanges:
    @pytest.fixture
    def entered(self, with_app) -> Client:
        client, _then = enter()
        client.post("/account/code/", {"code": code_of(SECRET)})
        return client

    @pytest.fixture
    def later(self, entered) -> Client:
        """A session in which the password was given some time ago."""
        row = StaffSession.objects.get()
        session = row.get_session_store_class()(row.session_key)
        session["confirmed"] -= 901
        session.save()
        return entered

    @pytest.mark.parametrize("path", ["second-factor/", "recovery-codes/"])
    def test_the_password_is_asked_for_again_before(self, later, path):
        answer = later.get(f"/account/{path}")
        assert answer["Location"] == f"/account/confirm/?next=%2Faccount%2F{path[:-1]}%2F"
        page = later.post(answer["Location"], {"password": "wrong"})
        assert page.status_code == 422 and "4 attempts left." in page.content.decode()
        back = later.post(answer["Location"], {"password": RIGHT, "next": f"/account/{path}"})
        assert back["Location"] == f"/account/{path}"

    def test_nothing_is_removed_before_it_is_given(self, later, with_app, settings):
        settings.REQUIRE_SECOND_FACTOR = False
        pk = Authenticator.objects.get(type="totp").pk
        assert "/confirm/" in later.post("/account/", {"remove": pk})["Location"]
        assert factors.has_second_factor(with_app)
        later.post("/account/confirm/", {"password": RIGHT})
        later.post("/account/", {"remove": pk})
        assert not Authenticator.objects.exists()

    def test_the_last_one_is_kept_where_one_is_required(self, entered, with_app):
        pk = Authenticator.objects.get(type="totp").pk
        page = entered.post("/account/", {"remove": pk}, follow=True)
        assert "Add another second factor before you remove this one." in page.content.decode()
        assert factors.has_second_factor(with_app)

    @pytest.mark.parametrize("pk", ["", "x", "9" * 30, "-1"])
    def test_an_unknown_one_is_not_removed(self, entered, with_app, pk):
        entered.post("/account/", {"remove": pk})
        assert factors.has_second_factor(with_app)

    def test_the_app_of_another_account_is_not_removed(self, entered, settings):
        settings.REQUIRE_SECOND_FACTOR = False
        other = staff("other")
        factors.set_app(other, SECRET, step=0)
        entered.post("/account/", {"remove": Authenticator.objects.get(user=other).pk})
        assert factors.has_second_factor(other)

    def test_a_new_app_replaces_the_old(self, entered, with_app):
        page = entered.get("/account/second-factor/").content.decode()
        secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page)[1].replace(" ", "")
        entered.post("/account/second-factor/", {"code": code_of(secret)})
        assert not factors.check_code(with_app, code_of(SECRET, 1))
        assert factors.check_code(with_app, code_of(secret, 1))


class TestNotices:
    @pytest.fixture
    def told(self, with_app, settings) -> Callable[[], list[str]]:
        """Return what the owner of the account is told by e-mail."""
        settings.EMAIL_TRANSPORT = {"backend": "django.core.mail.backends.locmem.EmailBackend"}
        settings.SITE_URL = "https://comments.example"
        User.objects.filter(pk=with_app.pk).update(email="stella@example.org")

        def told() -> list[str]:
            rows = OutboxMessage.objects.order_by("pk")
            assert {row.recipient for row in rows} <= {"stella@example.org"}
            texts = [RENDERERS[row.kind](row) for row in rows]
            return [text.body.partition("\n")[0] for text in texts if text]

        return told

    def test_the_owner_is_told_about_changes_of_second_factors(self, with_app, told, settings):
        settings.REQUIRE_SECOND_FACTOR = False
        codes = factors.new_recovery_codes(with_app)
        client, _then = enter()
        client.post("/account/recovery-code/", {"code": codes[0]})
        client.post("/account/recovery-codes/", {"make": "1"})
        client.post("/account/", {"remove": Authenticator.objects.get(type="totp").pk})
        assert told() == [
            "A recovery code of your account was used.",
            "New recovery codes were made for your account.",
            "A passkey or authenticator app was removed from your account.",
        ]

    def test_nothing_is_queued_without_an_address(self, with_app, told):
        User.objects.filter(pk=with_app.pk).update(email="")
        codes = factors.new_recovery_codes(with_app)
        client, _then = enter()
        client.post("/account/recovery-code/", {"code": codes[0]})
        assert told() == []


class TestRecord:
    def test_a_sign_in_in_two_steps_is_one_row(self, with_app):
        client, _then = enter()
        assert SignInAttempt.objects.get().outcome == "started"
        client.post("/account/code/", {"code": "1"})
        client.post("/account/code/", {"code": code_of(SECRET)})
        rows = SignInAttempt.objects.order_by("pk").values_list("outcome", "method", "user")
        assert list(rows) == [
            ("accepted", "code", with_app.pk),
            ("badcode", "code", with_app.pk),
        ]

    def test_it_says_how_and_with_what_browser(self, with_app):
        codes = factors.new_recovery_codes(with_app)
        agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        client = Client(headers={"user-agent": agent})
        client.post("/admin/login/", {"username": "stella", "password": RIGHT})
        client.post("/account/recovery-code/", {"code": codes[0]})
        row = SignInAttempt.objects.get()
        assert (row.method, row.device) == ("recovery", "Firefox on Linux")


def test_the_pages_are_stored_by_nobody_and_loaded_from_here_only(with_app):
    client, _then = enter()
    for path in ("/admin/login/", "/account/code/", "/account/recovery-code/"):
        page = client.get(path)
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"]
        assert "unsafe" not in page["Content-Security-Policy"]


def test_an_e_mail_address_signs_in_like_the_name(with_app):
    User.objects.filter(pk=with_app.pk).update(email="Stella@example.org")
    client, then = enter("stella@example.org")
    assert then == "/account/code/"
    # Its wrong passwords count for the name too.
    for _ in range(5):
        Client().post("/admin/login/", {"username": "stella@example.org", "password": "wrong"})
    assert (
        Client().post("/admin/login/", {"username": "stella", "password": RIGHT}).status_code == 429
    )


def test_nobody_can_sign_up(client, db):
    for path in ("/account/signup/", "/accounts/signup/", "/signup/", "/account/login/code/"):
        assert client.get(path).status_code == 404
