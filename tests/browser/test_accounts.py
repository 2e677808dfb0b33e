"""Signing in with an app, with recovery codes and with passkeys, in a browser."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.utils import timezone
from playwright.sync_api import Page, expect

from commentary.accounts import factors, letters
from commentary.models import Invitation, SignInAttempt
from tests.browser.checks import assert_accessible

RIGHT = "correct horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def with_key(visit) -> Callable[..., Page]:
    """`with_key("/")` opens a page in a browser that has a place for passkeys, like a laptop."""

    def open_page(path: str, **kwargs) -> Page:
        page = visit(path, **kwargs)
        client = page.context.new_cdp_session(page)
        client.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        client.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return page

    return open_page


def code_now(secret: str, later: int = 0) -> str:
    step = int(timezone.now().timestamp()) // 30 + later
    return format_hotp_value(hotp_value(secret, step))


def give_password(page: Page, name: str = "ines") -> None:
    page.get_by_label("User name or e-mail").fill(name)
    page.get_by_label("Password").fill(RIGHT)
    page.get_by_role("button", name="Continue").click()


def put_in_a_safe_place(page: Page) -> list[str]:
    """Confirm the recovery codes, and return them."""
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    codes = page.locator(".recovery li").all_inner_texts()
    page.get_by_label("I have put these codes in a safe place").check()
    page.get_by_role("button", name="Done").click()
    return codes


def at(page: Page, path: str) -> str:
    """Return the URL of another page of the same site."""
    return urlsplit(page.url)._replace(path="", query="").geturl() + path


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()


def test_a_passkey_is_added_at_the_first_sign_in_and_then_signs_in_alone(with_key, ines):
    page = with_key("/admin/login/?next=/admin/pages/")
    give_password(page)
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    page.get_by_role("button", name="Add a passkey on this device").click()
    codes = put_in_a_safe_place(page)
    assert len(codes) == 10
    expect(page.get_by_role("heading", name="All pages")).to_be_visible()
    sign_out(page)
    page.goto(at(page, "/admin/login/"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    rows = SignInAttempt.objects.order_by("pk").values_list("outcome", "method", "device")
    assert list(rows) == [
        ("accepted", "password", "Chrome on Linux"),
        ("accepted", "passkey", "Chrome on Linux"),
    ]


def test_a_passkey_is_the_second_step_and_confirms_changes(with_key, ines, client):
    page = with_key("/admin/login/")
    give_password(page)
    page.get_by_role("button", name="Add a passkey on this device").click()
    put_in_a_safe_place(page)
    sign_out(page)
    page.goto(at(page, "/admin/login/"))
    give_password(page)
    expect(page.get_by_role("heading", name="Use your passkey")).to_be_visible()
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    assert SignInAttempt.objects.latest("pk").method == "key"
    page.goto(at(page, "/account/confirm/?next=/account/second-factor/"))
    page.get_by_role("button", name="Use your passkey").click()
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    # The same device cannot be added twice.
    page.get_by_role("button", name="Add a passkey on this device").click()
    expect(page.get_by_role("alert")).to_have_text(
        "This device has a passkey for this account already."
    )


def test_a_passkey_of_a_removed_row_signs_nobody_in(with_key, ines):
    page = with_key("/admin/login/")
    give_password(page)
    page.get_by_role("button", name="Add a passkey on this device").click()
    put_in_a_safe_place(page)
    factors.forget_second_factors(ines)
    page.goto(at(page, "/admin/login/"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert")).to_have_text("That passkey is not valid here.")
    assert SignInAttempt.objects.latest("pk").outcome == "badcode"


def test_an_app_and_a_recovery_code_sign_in_without_script(visit, ines):
    page = visit("/admin/login/", script=False)
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    give_password(page)
    secret = page.locator("p.secret").inner_text().replace(" ", "")
    page.get_by_label("Six-digit code").fill(code_now(secret))
    page.get_by_role("button", name="Turn on").click()
    codes = put_in_a_safe_place(page)
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    sign_out(page)
    page.goto(at(page, "/admin/login/"))
    give_password(page)
    page.get_by_role("link", name="Use a recovery code instead").click()
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_axe_finds_no_violation_on_pages_of_accounts(with_key, ines):
    page = with_key("/admin/login/")
    assert_accessible(page)
    page.get_by_label("User name or e-mail").fill("ines")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    assert_accessible(page)
    give_password(page)
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Add a passkey on this device").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert_accessible(page)
    put_in_a_safe_place(page)
    factors.set_app(ines, SECRET, step=0)
    for path in ("/account/", "/account/second-factor/", "/account/confirm/"):
        page.goto(at(page, path))
        assert_accessible(page)
    page.goto(at(page, "/admin/"))
    sign_out(page)
    page.goto(at(page, "/admin/login/"))
    give_password(page)
    page.get_by_label("Six-digit code").fill("1")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("4 attempts left.").first).to_be_visible()
    assert_accessible(page)
    page.get_by_role("link", name="Use a recovery code instead").click()
    page.get_by_label("Recovery code").wait_for()
    assert_accessible(page)


def test_an_invited_person_joins_with_a_passkey(with_key, ines):
    invitation = Invitation.objects.create(email="sam@example.org", group=ines.groups.get())
    page = with_key(invitation.path)
    page.get_by_label("User name").fill("sam")
    page.get_by_role("button", name="Continue without a password, with a passkey").click()
    page.get_by_role("button", name="Add a passkey on this device").click()
    put_in_a_safe_place(page)
    expect(page.get_by_text("Signed in as sam")).to_be_visible()


def test_axe_finds_no_violation_on_pages_about_joining(visit, enter, ines, settings):
    invitation = Invitation.objects.create(
        email="sam@example.org", group=ines.groups.get(), invited_by=ines
    )
    page = visit(invitation.path)
    assert_accessible(page)
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    assert_accessible(page)
    page.goto(at(page, "/account/join/x/"))
    assert_accessible(page)
    page.goto(at(page, letters.reset_path(ines)))
    assert_accessible(page)
    page.goto(at(page, "/account/reset/x/y/"))
    assert_accessible(page)
    settings.EMAIL_TRANSPORT = {"backend": "django.core.mail.backends.locmem.EmailBackend"}
    page.goto(at(page, "/account/forgotten/"))
    assert_accessible(page)
    ines.is_superuser = True
    ines.save()
    page = enter(ines, "/account/invite/")
    assert_accessible(page)
    page.get_by_role("button", name="Send invitation").click()
    expect(page.get_by_text("There is a problem")).to_be_visible()
    assert_accessible(page)
    page.goto(at(page, "/admin/auth/user/"))
    assert_accessible(page)
