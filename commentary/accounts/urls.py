"""The routes of accounts. The sign-in page itself is at the URL of the admin's."""

from django.urls import path

from . import enrolment, entrance, inviting, own_account, passkey_steps, resetting

app_name = "accounts"

urlpatterns = [
    path("", own_account.account, name="account"),
    path("code/", entrance.code, name="code"),
    path("confirm/", own_account.confirm_identity, name="confirm"),
    path("forgotten/", resetting.forgotten, name="forgotten"),
    path("invite/", inviting.invite, name="invite"),
    path("join/<str:token>/", inviting.join, name="join"),
    path("passkey/", passkey_steps.passkey_sign_in, name="passkey_sign_in"),
    path("passkey/add/", passkey_steps.passkey_add, name="passkey_add"),
    path("passkey/code/", passkey_steps.passkey_code, name="passkey_code"),
    path("passkey/confirm/", passkey_steps.passkey_confirm, name="passkey_confirm"),
    path("recovery-code/", entrance.recovery_code, name="recovery_code"),
    path("recovery-codes/", enrolment.recovery_codes, name="recovery_codes"),
    path("reset/<str:key>/<str:token>/", resetting.reset, name="reset"),
    path("second-factor/", enrolment.second_factor, name="second_factor"),
]
