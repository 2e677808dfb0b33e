"""Moderation rules. Each change of one is recorded in the audit log of the site."""

import json
from collections.abc import Sequence
from functools import lru_cache

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..models import Rule, SiteAuditEntry
from ..models.audit_chain import chain_digest
from .audit import Actor, append_to_site
from .limits import Sql

# The rules that apply to comments on an article, as JSON.
IN_FORCE = """(SELECT {listed} FROM (
    SELECT id, kind, pattern, least, action FROM commentary_rule
    WHERE is_active AND (article_id IS NULL OR article_id = %s)
        AND (ends_at IS NULL OR ends_at > %s)
    ORDER BY id
) AS rule)"""
LISTED = {
    "postgresql": "CAST(json_agg(json_build_array(id, kind, pattern, least, action)) AS text)",
    "sqlite": "json_group_array(json_array(id, kind, pattern, least, action))",
}


def in_force(article_id: int) -> Sql:
    """Return the expression for the rules that currently apply to comments on this article. Its
    value differs if any of them does; `read_rules` reads it.
    """
    listed = IN_FORCE.format(listed=LISTED[connection.vendor])
    return Sql(listed, (article_id, timezone.now()))


@lru_cache(maxsize=64)
def read_rules(listed: str | None) -> Sequence[Rule]:
    """Return the rules in the value of `in_force`, which are not to be saved."""
    return [
        Rule(pk=key, kind=kind, pattern=pattern, least=least, action=action)
        for key, kind, pattern, least, action in json.loads(listed or "[]")
    ]


def save_rule(rule: Rule, by: Actor) -> None:
    """Store a new or changed rule."""
    verb = SiteAuditEntry.ADD_RULE if rule._state.adding else SiteAuditEntry.CHANGE_RULE
    with transaction.atomic():
        rule.save()
        append_to_site(verb, _details_of(rule), by)


def disable_rules(rules: QuerySet[Rule], by: Actor) -> int:
    """Disable those of these rules that are active. Returns how many."""
    count = 0
    with transaction.atomic():
        for rule in rules.filter(is_active=True).order_by("pk"):
            rule.is_active = False
            # Someone may have disabled it at the same time.
            active = Rule.objects.filter(pk=rule.pk, is_active=True)
            if active.update(is_active=False, changed_at=timezone.now()):
                append_to_site(SiteAuditEntry.CHANGE_RULE, _details_of(rule), by)
                count += 1
    return count


def _details_of(rule: Rule) -> dict[str, object]:
    """Return a rule as the log keeps it. What it matches may be personal, so the log has only a
    digest of it.
    """
    return {
        "rule": rule.pk,
        "kind": str(rule.kind),
        "action": str(rule.action),
        "least": rule.least,
        "on_article": rule.article_id,
        "ends_at": rule.ends_at and rule.ends_at.isoformat(),
        "is_active": rule.is_active,
        "pattern": chain_digest([rule.pk, rule.pattern]),
    }
