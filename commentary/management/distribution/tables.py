"""Where each table is stored in a database distributed by discussion.

A test fails if the table of a model is not in exactly one of the three.
"""

# Split by the key of the discussion, which is that of its article. All rows of one discussion are on
# one node.
DISTRIBUTED = {  # table: the column with this key
    "commentary_discussion": "article_id",
    "commentary_comment": "discussion_id",
    "commentary_auditentry": "discussion_id",
    "commentary_submission": "discussion_id",
    "commentary_pointlink": "discussion_id",
    "commentary_report": "discussion_id",
    "commentary_revision": "discussion_id",
    "commentary_staffnote": "discussion_id",
    "commentary_subscription": "discussion_id",
    "commentary_gonecomment": "discussion_id",
    "commentary_importconflict": "discussion_id",
    "commentary_searchrow": "article_id",
    # Without models; they get the column with the distribution.
    "commentary_tally": "article_id",
    "commentary_site_change": "article_id",
}
# Copied to every node: joined by many queries, found by unique URLs and names, and seldom written.
# While a node is down, they can't be written.
REFERENCE = (
    "commentary_mediafile",
    "commentary_author",
    "commentary_article",
    "commentary_source",
    "commentary_importrun",
    "commentary_byline",
    "commentary_relatedlink",
    "commentary_articlepicture",
    "commentary_formeraddress",
    "commentary_formeranchor",
    "commentary_formerarticleslug",
    "commentary_formerauthorslug",
    "commentary_importedarticle",
    "commentary_rule",
    "commentary_webhook",
)
# Only on the coordinator. Signing in writes to accounts, so it works while a node is down.
LOCAL = (
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "auth_user",
    "auth_user_groups",
    "auth_user_user_permissions",
    "commentary_audithead",
    "commentary_claim",
    "commentary_digestpreference",
    "commentary_importchange",
    "commentary_invitation",
    "commentary_languagepreference",
    "commentary_missedaddress",
    "commentary_outboxmessage",
    "commentary_pageversion",
    "commentary_repair",
    "commentary_savedtext",
    "commentary_schedule",
    "commentary_signinattempt",
    "commentary_siteauditentry",
    "commentary_siteprofile",
    "commentary_sitesettings",
    "commentary_sourcechunk",
    "commentary_staffsession",
    "commentary_textpage",
    "commentary_undonerows",
    "django_admin_log",
    "django_content_type",
    "django_migrations",
    "django_session",
    "mfa_authenticator",
)
