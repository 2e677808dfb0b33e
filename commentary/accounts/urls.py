"""The routes of accounts. The sign-in page itself is at the URL of the admin's."""

from django.urls import path

from . import enrolment, entrance, own_account

app_name = "accounts"

urlpatterns = [
    path("", own_account.account, name="account"),
    path("code/", entrance.code, name="code"),
    path("confirm/", own_account.confirm_identity, name="confirm"),
    path("recovery-code/", entrance.recovery_code, name="recovery_code"),
    path("recovery-codes/", enrolment.recovery_codes, name="recovery_codes"),
    path("second-factor/", enrolment.second_factor, name="second_factor"),
]
