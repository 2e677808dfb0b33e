"""Walks through single sign-on on a site that has a provider, and prints what happened as JSON.

Run by test_single_sign_on.py as `python -m tests.accounts.single_sign_on_walk`, because a provider
is set before Django starts.
"""

import json
from urllib.parse import parse_qs, urlsplit

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402

from commentary.models import SignInAttempt  # noqa: E402


def walk(person: str, **query: str) -> dict[str, object]:
    """Sign in at the provider as a person, and return what this site answers."""
    client = Client()
    start = client.get("/account/oidc/", {"next": "/admin/pages/", **query})
    asked = parse_qs(urlsplit(start["Location"]).query)
    back = urlsplit(asked["redirect_uri"][0]).path
    answer = client.get(back, {"code": person, "state": asked["state"][0]})
    again = client.get(back, {"code": person, "state": asked["state"][0]})
    return {
        "status": answer.status_code,
        "then": answer.get("Location", ""),
        "signed in": client.get("/admin/").status_code == 200,
        "again": again.status_code,
        "pkce": "code_challenge" in asked,
    }


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    User.objects.create(username="ines", email="Ines@example.org", is_staff=True)
    User.objects.create(username="off", email="off@example.org", is_staff=True, is_active=False)
    User.objects.create(username="reader", email="reader@example.org")
    for name in ("twin", "double"):
        User.objects.create(username=name, email="twins@example.org", is_staff=True)
    found = {
        "page": Client().get("/admin/login/?next=/admin/pages/").content.decode(),
        "people": {
            person: walk(person)
            for person in ("ines", "moved", "unverified", "stranger", "off", "reader", "twins")
        },
        "connect": walk("stranger", process="connect"),
        "wrong state": Client()
        .get("/account/oidc/provider/back/", {"code": "ines", "state": "x"})
        .status_code,
        "refused by provider": walk("refused"),
        "users": User.objects.count(),
        "methods": list(SignInAttempt.objects.order_by("pk").values_list("outcome", "method")),
        "policy": Client().get("/")["Content-Security-Policy"],
    }
    print(json.dumps(found))  # noqa: T201
