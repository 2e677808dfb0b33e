"""The routes of accounts. The sign-in page itself is at the URL of the admin's."""

from django.urls import path

from . import enrolment, entrance, own_account, passkey_steps

app_name = "accounts"

urlpatterns = [
    path("", own_account.account, name="account"),
    path("code/", entrance.code, name="code"),
    path("confirm/", own_account.confirm_identity, name="confirm"),
    path("passkey/", passkey_steps.passkey_sign_in, name="passkey_sign_in"),
    path("passkey/add/", passkey_steps.passkey_add, name="passkey_add"),
    path("passkey/code/", passkey_steps.passkey_code, name="passkey_code"),
    path("passkey/confirm/", passkey_steps.passkey_confirm, name="passkey_confirm"),
    path("recovery-code/", entrance.recovery_code, name="recovery_code"),
    path("recovery-codes/", enrolment.recovery_codes, name="recovery_codes"),
    path("second-factor/", enrolment.second_factor, name="second_factor"),
]
