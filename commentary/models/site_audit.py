"""What the audit log says about the site as a whole, and the heads of the log."""

from datetime import datetime

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .audit_chain import Head, chain_digest, overall_head, time_in_chain


class SiteAuditEntry(models.Model):
    """A decision that no discussion can keep in its own log: that an article was removed with its
    log, or brought back, that a moderation rule was added or changed, or that someone was invited.

    The entries are a chain of their own. `details` has the key of the article, the import run, and
    the length and head of the log that was removed or brought back; the values of the rule; or the
    invitation, its role and the account, without the address.
    """

    REMOVE, RESTORE = "remove_article", "restore_article"  # verbs
    ADD_RULE, CHANGE_RULE = "add_rule", "change_rule"
    INVITE, INVITE_AGAIN, WITHDRAW_INVITATION = "invite", "invite_again", "withdraw_invitation"
    ACCEPT_INVITATION = "accept_invitation"

    position = models.PositiveBigIntegerField(_("number"), primary_key=True)
    created_at = models.DateTimeField(_("date"), default=timezone.now)
    actor_name = models.CharField(_("user"), max_length=150)
    verb = models.CharField(
        _("action"),
        max_length=20,
        choices=[
            (REMOVE, _("article removed")),
            (RESTORE, _("article brought back")),
            (ADD_RULE, _("rule added")),
            (CHANGE_RULE, _("rule changed")),
            (INVITE, _("person invited")),
            (INVITE_AGAIN, _("invitation sent again")),
            (WITHDRAW_INVITATION, _("invitation withdrawn")),
            (ACCEPT_INVITATION, _("invitation accepted")),
        ],
    )
    details = models.JSONField(_("details"), default=dict)
    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        ordering = ["-position"]
        verbose_name = _("site audit log entry")
        verbose_name_plural = _("site audit log")

    def __str__(self) -> str:
        return f"{self.get_verb_display()} – {self.actor_name}"

    def digest_after(self, previous: str) -> str:
        """Return the digest of this entry if it follows the one with the digest `previous`."""
        return chain_digest(
            [
                previous,
                self.position,
                time_in_chain(self.created_at),
                str(self.actor_name),
                str(self.verb),
                self.details,
            ]
        )


class AuditHead(models.Model):
    """The heads of all chains of the audit log at one moment, so that a later log can be compared
    with the overall head that was printed then.

    `changed` has the heads that differ from those of `base`, by the key of the discussion, and None
    for those that it no longer has. No one has to trust these rows: the overall head that someone
    kept elsewhere proves them.
    """

    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(
        default=timezone.now
    )
    head = models.CharField(max_length=64, unique=True)
    base = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    changed = models.JSONField(default=dict)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("head of the audit log")
        verbose_name_plural = _("heads of the audit log")

    def __str__(self) -> str:
        return self.head

    def heads(self) -> dict[int, Head]:
        """Return the heads of all chains then. One query."""
        rows = type(self)._default_manager.filter(pk__lte=self.pk)
        known = {
            pk: (base, changed) for pk, base, changed in rows.values_list("pk", "base", "changed")
        }
        steps = []
        pk: int | None = self.pk
        while pk in known:
            base, changed = known.pop(pk)
            steps.append(changed)
            pk = base
        found: dict[int, Head] = {}
        for changed in reversed(steps):
            for key, head in changed.items():
                if head is None:
                    found.pop(int(key), None)
                else:
                    found[int(key)] = (head[0], head[1])
        return found

    @classmethod
    def keep(cls, heads: dict[int, Head]) -> str:
        """Store the heads of all chains unless they are stored, and return the overall head."""
        head = overall_head(heads)
        if not cls._default_manager.filter(head=head).exists():
            base = cls._default_manager.first()
            before = base.heads() if base else {}
            changed = {key: list(new) for key, new in heads.items() if before.get(key) != new}
            gone = dict.fromkeys(before.keys() - heads.keys())
            cls._default_manager.create(head=head, base=base, changed={**changed, **gone})
        return head
