"""The migration that says when each stored comment became public."""

from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from commentary import discussions
from commentary.models import AuditEntry, Comment

pytestmark = pytest.mark.django_db
migration = import_module("commentary.migrations.0017_public_at")


def test_stored_comments_get_the_moment_of_their_approval_or_else_that_they_came(comment, ed):
    came = datetime(2026, 1, 31, tzinfo=UTC)
    comment("At once")
    late = comment("Late", status=Comment.Status.PENDING)
    comment("Waits", status=Comment.Status.PENDING)
    entry = discussions.approve(late, by=ed)
    approved_at = AuditEntry.objects.get(pk=entry.pk).created_at
    Comment.objects.update(created_at=came, public_at=None)
    migration.fill(apps, SimpleNamespace(connection=connection))
    found = Comment.objects.order_by("number").values_list("public_at", flat=True)
    assert list(found) == [came, approved_at, None]
