"""Every list and every form for adding in the admin, as a superuser sees it."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse

from tests.browser.checks import assert_accessible


def pages_of_models() -> list[str]:
    """Return the lists of all models, and the forms for adding where there are any."""
    found = []
    for model, model_admin in admin.site._registry.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{name}_changelist"))
        if type(model_admin).has_add_permission is admin.ModelAdmin.has_add_permission:
            found.append(reverse(f"{name}_add"))
    return sorted(found)


def own_pages() -> list[str]:
    """Return the pages that the list of all pages links to besides models."""
    pages = admin.site.pages  # type: ignore[attr-defined] # the site of config/admin_site.py
    return [reverse(f"admin:{page['name']}") for _route, page in pages if page["label"]]


@pytest.fixture
def root(transactional_db) -> User:
    return User.objects.create_superuser("root", "root@example.org", "x")


@pytest.mark.parametrize("path", [*pages_of_models(), *own_pages(), "/admin/auth/user/{}/change/"])
def test_axe_finds_no_violation_and_nothing_is_cut_off(room, root, enter, path):
    page = enter(root, path.format(root.pk))
    page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    assert_accessible(page)
