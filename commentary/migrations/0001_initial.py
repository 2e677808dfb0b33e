"""All tables, with their indexes and constraints."""

import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Article",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=2000, verbose_name="title")),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True, max_length=100, unique=True, verbose_name="address"
                    ),
                ),
                (
                    "body",
                    models.TextField(
                        blank=True,
                        help_text="Leave an empty line between paragraphs. “3. Words” makes point 3, “## Words” a heading; a backslash before either keeps it an ordinary paragraph.",
                        verbose_name="body",
                    ),
                ),
                (
                    "markup",
                    models.CharField(
                        choices=[
                            ("text", "notation of points and headings"),
                            ("html", "HTML of an export"),
                        ],
                        default="text",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("search_text", models.TextField(blank=True, editable=False)),
                (
                    "language",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text="A language tag such as “en” or “pt-BR”. Search finds other forms of a word in this language. Leave blank for the language of the site.",
                        max_length=35,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\\Z",
                                "Use a language tag such as “en”, “de” or “pt-BR”.",
                            )
                        ],
                        verbose_name="language",
                    ),
                ),
                (
                    "is_published",
                    models.BooleanField(
                        default=False,
                        help_text="Drafts are seen by editors alone.",
                        verbose_name="published",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Leave empty if it is not known.",
                        null=True,
                        verbose_name="date",
                    ),
                ),
                (
                    "date_is_local",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        help_text="The date is the wall clock of the source, stored as if it were UTC.",
                        verbose_name="source names no time zone",
                    ),
                ),
                (
                    "timeline_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="date"),
                ),
                (
                    "source_url",
                    models.URLField(
                        blank=True, max_length=500, verbose_name="address at its source"
                    ),
                ),
                ("source_key", models.CharField(blank=True, editable=False, max_length=64)),
                ("first_line", models.PositiveIntegerField(editable=False, null=True)),
                ("last_line", models.PositiveIntegerField(editable=False, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "article",
                "verbose_name_plural": "articles",
            },
        ),
        migrations.CreateModel(
            name="Author",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=200, unique=True, verbose_name="name")),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True, max_length=100, unique=True, verbose_name="address"
                    ),
                ),
                ("search_text", models.TextField(blank=True, editable=False)),
                (
                    "skeleton",
                    models.CharField(db_index=True, default="", editable=False, max_length=400),
                ),
            ],
            options={
                "verbose_name": "author",
                "verbose_name_plural": "authors",
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(editable=False, verbose_name="number")),
                ("anonymous_number", models.PositiveIntegerField(editable=False, null=True)),
                ("tree_id", models.PositiveBigIntegerField(editable=False)),
                ("lft", models.PositiveIntegerField(editable=False)),
                ("rght", models.PositiveIntegerField(editable=False)),
                ("level", models.PositiveIntegerField(editable=False, verbose_name="depth")),
                (
                    "reply_count",
                    models.PositiveIntegerField(
                        db_default=0, default=0, editable=False, verbose_name="replies"
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("pending", "pending"),
                            ("approved", "approved"),
                            ("rejected", "rejected"),
                            ("spam", "spam"),
                            ("removed", "removed"),
                        ],
                        db_default="pending",
                        default="pending",
                        editable=False,
                        max_length=10,
                        verbose_name="status",
                    ),
                ),
                (
                    "closed_from",
                    models.DateTimeField(editable=False, null=True, verbose_name="closed from"),
                ),
                (
                    "closed_until",
                    models.DateTimeField(editable=False, null=True, verbose_name="closed until"),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("comment", "comment"),
                            ("pingback", "pingback"),
                            ("trackback", "trackback"),
                        ],
                        default="comment",
                        editable=False,
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        blank=True,
                        help_text="Empty is Anonymous.",
                        max_length=200,
                        verbose_name="name",
                    ),
                ),
                ("name_key", models.CharField(editable=False, max_length=200, null=True)),
                ("body", models.TextField(verbose_name="text")),
                (
                    "markup",
                    models.CharField(
                        choices=[
                            ("text", "plain text"),
                            ("markdown", "restricted Markdown"),
                            ("html", "HTML of an export"),
                        ],
                        default="text",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("body_html", models.TextField(blank=True, editable=False)),
                ("search_text", models.TextField(blank=True, editable=False)),
                (
                    "dated_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Leave empty if it is not known.",
                        null=True,
                        verbose_name="written",
                    ),
                ),
                ("date_is_local", models.BooleanField(default=False, editable=False)),
                (
                    "timeline_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="written"),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="stored")),
                ("public_at", models.DateTimeField(editable=False, null=True)),
                (
                    "edited_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="edited"),
                ),
                ("source_key", models.CharField(blank=True, editable=False, max_length=64)),
                ("source_parent_key", models.CharField(editable=False, max_length=64, null=True)),
                ("first_line", models.PositiveIntegerField(editable=False, null=True)),
                ("last_line", models.PositiveIntegerField(editable=False, null=True)),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="comments",
                        to="commentary.author",
                        verbose_name="confirmed author",
                    ),
                ),
            ],
            options={
                "verbose_name": "comment",
                "verbose_name_plural": "comments",
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="last heard of")),
                ("finished_at", models.DateTimeField(null=True, verbose_name="finished")),
                (
                    "bytes_read",
                    models.PositiveBigIntegerField(default=0, verbose_name="bytes read"),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("ok", "complete"),
                            ("partial", "with left-overs"),
                            ("differs", "differs from what is stored"),
                        ],
                        default="partial",
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("counts", models.JSONField(default=dict, verbose_name="counts")),
                ("warnings", models.JSONField(default=list, verbose_name="warnings")),
                ("ledger", models.JSONField(default=list, verbose_name="ledger")),
            ],
            options={
                "verbose_name": "import run",
                "verbose_name_plural": "import runs",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=500, verbose_name="name")),
                ("sha256", models.CharField(max_length=64, unique=True, verbose_name="SHA-256")),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("format", models.CharField(max_length=30, verbose_name="format")),
                ("encoding", models.CharField(max_length=40, verbose_name="encoding")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="stored")),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="Discussion",
            fields=[
                (
                    "article",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="discussion",
                        serialize=False,
                        to="commentary.article",
                        verbose_name="article",
                    ),
                ),
                ("version", models.PositiveBigIntegerField(editable=False)),
                (
                    "changed_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("last_number", models.PositiveIntegerField(default=0, editable=False)),
                ("last_anonymous_number", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "pending_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="pending comments"
                    ),
                ),
                (
                    "approved_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="approved comments"
                    ),
                ),
                (
                    "rejected_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="rejected comments"
                    ),
                ),
                (
                    "spam_count",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="spam"),
                ),
                (
                    "removed_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="removed comments"
                    ),
                ),
                (
                    "source_count",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="of these from the source"
                    ),
                ),
                ("source_removed_count", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "declared_count",
                    models.PositiveIntegerField(
                        editable=False, null=True, verbose_name="declared in the source"
                    ),
                ),
                ("declared_heading", models.CharField(blank=True, editable=False, max_length=300)),
                (
                    "closed_from",
                    models.DateTimeField(editable=False, null=True, verbose_name="closed from"),
                ),
                (
                    "closed_until",
                    models.DateTimeField(editable=False, null=True, verbose_name="closed until"),
                ),
                (
                    "auto_close_days",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty takes the site's setting; 0 never closes by age.",
                        null=True,
                        verbose_name="closes so many days after publication",
                    ),
                ),
                (
                    "is_set_by_hand",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        help_text="What somebody opened or closed is not closed by age again.",
                        verbose_name="opened or closed by hand",
                    ),
                ),
                ("schedule", models.JSONField(default=list, editable=False)),
            ],
            options={
                "verbose_name": "discussion",
                "verbose_name_plural": "discussions",
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, verbose_name="when"
                    ),
                ),
                ("actor_name", models.CharField(max_length=150, verbose_name="who")),
                ("verb", models.CharField(max_length=20, verbose_name="what")),
                ("reason", models.CharField(blank=True, max_length=500, verbose_name="why")),
                ("before", models.CharField(blank=True, max_length=20, verbose_name="before")),
                ("after", models.CharField(blank=True, max_length=20, verbose_name="after")),
                ("batch", models.UUIDField(db_index=True, null=True, verbose_name="batch")),
                ("kept", models.JSONField(default=dict, editable=False)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="commentary.auditentry",
                        verbose_name="takes back",
                    ),
                ),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit trail",
                "ordering": ["-pk"],
                "permissions": [("moderate", "Can decide on comments and close or reopen threads")],
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Byline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bylines",
                        to="commentary.article",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bylines",
                        to="commentary.author",
                    ),
                ),
            ],
            options={
                "verbose_name": "author",
                "verbose_name_plural": "authors",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.AddField(
            model_name="article",
            name="authors",
            field=models.ManyToManyField(
                related_name="articles",
                through="commentary.Byline",
                to="commentary.author",
                verbose_name="authors",
            ),
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                (
                    "comment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="submission",
                        serialize=False,
                        to="commentary.comment",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_index=True, default=django.utils.timezone.now),
                ),
                ("writer", models.CharField(db_index=True, max_length=64)),
                ("network", models.CharField(blank=True, max_length=64)),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("client_key", models.CharField(max_length=64, unique=True)),
                ("digest", models.CharField(max_length=64)),
                ("held", models.JSONField(default=list)),
                ("is_reviewed", models.BooleanField(default=False)),
                ("edits", models.PositiveIntegerField(db_default=0, default=0)),
                ("edited_at", models.DateTimeField(null=True)),
            ],
            options={
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="comment",
            name="closed_entry",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="commentary.auditentry",
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="parent",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="replies",
                to="commentary.comment",
                verbose_name="in reply to",
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="comment",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="audit_entries",
                to="commentary.comment",
                verbose_name="comment",
            ),
        ),
        migrations.CreateModel(
            name="FormerArticleSlug",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True, max_length=100, unique=True, verbose_name="former URL"
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_slugs",
                        to="commentary.article",
                        verbose_name="article",
                    ),
                ),
            ],
            options={
                "verbose_name": "former URL of an article",
                "verbose_name_plural": "former URLs of articles",
                "ordering": ["slug"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FormerAuthorSlug",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "slug",
                    models.SlugField(
                        allow_unicode=True, max_length=100, unique=True, verbose_name="former URL"
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_slugs",
                        to="commentary.author",
                        verbose_name="author",
                    ),
                ),
            ],
            options={
                "verbose_name": "former URL of an author",
                "verbose_name_plural": "former URLs of authors",
                "ordering": ["slug"],
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="comment",
            name="import_run",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments",
                to="commentary.importrun",
                verbose_name="import run",
            ),
        ),
        migrations.CreateModel(
            name="PointLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("point", models.PositiveIntegerField(verbose_name="point")),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("writer", "chosen by its writer"),
                            ("mention", "mentioned"),
                            ("quotation", "quoted"),
                            ("editor", "linked by an editor"),
                        ],
                        max_length=10,
                        verbose_name="how it is known",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("suggested", "suggested"),
                            ("accepted", "accepted"),
                            ("dismissed", "dismissed"),
                        ],
                        default="suggested",
                        editable=False,
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("found", models.JSONField(default=list)),
                (
                    "comment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="point_links",
                        to="commentary.comment",
                    ),
                ),
                (
                    "discussion",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="point_links",
                        to="commentary.discussion",
                    ),
                ),
            ],
            options={
                "verbose_name": "link to a point",
                "verbose_name_plural": "links to points",
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="auditentry",
            name="point_link",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="audit_entries",
                to="commentary.pointlink",
                verbose_name="link to a point",
            ),
        ),
        migrations.CreateModel(
            name="RelatedLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        blank=True,
                        help_text="For example “related video:”.",
                        max_length=100,
                        verbose_name="label",
                    ),
                ),
                ("caption", models.TextField(verbose_name="caption")),
                ("url", models.URLField(blank=True, max_length=500, verbose_name="address")),
                ("position", models.PositiveSmallIntegerField(default=0)),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related",
                        to="commentary.article",
                    ),
                ),
            ],
            options={
                "verbose_name": "related link",
                "verbose_name_plural": "related links",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Rule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("words", "Words or phrases"),
                            ("links", "Number of links"),
                            ("domain", "Address of a link"),
                            ("name", "Name"),
                            ("email", "E-mail address"),
                            ("network", "Network of a comment"),
                            ("first", "First comment of a writer"),
                            ("new_links", "Links of a newcomer"),
                            ("everything", "Everything"),
                        ],
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                (
                    "pattern",
                    models.TextField(
                        blank=True,
                        help_text="One on each line: words, phrases, domains, names, e-mail addresses or network hashes. Case and accents do not matter, and only whole words count.",
                        verbose_name="what it looks for",
                    ),
                ),
                (
                    "least",
                    models.PositiveSmallIntegerField(
                        default=1,
                        help_text="For the rules that count links.",
                        verbose_name="least number of links",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[("hold", "hold"), ("reject", "reject")],
                        default="hold",
                        max_length=6,
                        verbose_name="what it does",
                    ),
                ),
                (
                    "ends_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Leave blank for no end date. A rule for a network ends at most 30 days after the last comment from it, since network hashes are kept no longer.",
                        null=True,
                        verbose_name="ends",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("changed_at", models.DateTimeField(auto_now=True)),
                (
                    "article",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="commentary.article",
                        verbose_name="only on this article",
                    ),
                ),
            ],
            options={
                "verbose_name": "rule",
                "verbose_name_plural": "rules",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="SearchRow",
            fields=[
                ("moment", models.BigIntegerField(primary_key=True, serialize=False)),
                ("is_approved", models.BooleanField()),
                (
                    "article",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="commentary.article",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        to="commentary.comment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignInAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, verbose_name="when"
                    ),
                ),
                ("account", models.CharField(max_length=64)),
                ("network", models.CharField(max_length=64, verbose_name="network")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("accepted", "Right password"),
                            ("wrong", "Wrong name or password"),
                            ("refused", "Refused: too many attempts"),
                        ],
                        max_length=8,
                        verbose_name="outcome",
                    ),
                ),
                ("times", models.PositiveIntegerField(default=1, verbose_name="times")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="account",
                    ),
                ),
            ],
            options={
                "verbose_name": "sign-in attempt",
                "verbose_name_plural": "sign-in attempts",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddField(
            model_name="importrun",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="runs",
                to="commentary.source",
                verbose_name="source",
            ),
        ),
        migrations.AddField(
            model_name="article",
            name="source",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="articles",
                to="commentary.source",
            ),
        ),
        migrations.CreateModel(
            name="SourceChunk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("first_line", models.PositiveIntegerField()),
                ("data", models.BinaryField()),
                (
                    "source",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chunks",
                        to="commentary.source",
                    ),
                ),
            ],
            options={
                "ordering": ["source", "position"],
            },
        ),
        migrations.CreateModel(
            name="Revision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="replaced"
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=2000, verbose_name="name")),
                ("body", models.TextField(blank=True, verbose_name="text")),
                (
                    "article",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="commentary.article",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="revisions",
                        to="commentary.comment",
                    ),
                ),
                (
                    "discussion",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commentary.discussion",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "base_manager_name": "objects",
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(db_index=True, default=django.utils.timezone.now),
                ),
                ("reporter", models.CharField(max_length=64)),
                ("network", models.CharField(blank=True, max_length=64)),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("off_topic", "Off topic"),
                            ("attack", "Attacks a person"),
                            ("spam", "Spam or advertising"),
                            ("false", "False, and I can say why"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                        verbose_name="what is wrong",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="note")),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "closed_entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closed_reports",
                        to="commentary.auditentry",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="commentary.comment",
                    ),
                ),
                (
                    "discussion",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="commentary.discussion",
                    ),
                ),
            ],
            options={
                "base_manager_name": "objects",
            },
        ),
        migrations.AddField(
            model_name="discussion",
            name="closed_entry",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="commentary.auditentry",
                verbose_name="closed by",
            ),
        ),
        migrations.AddField(
            model_name="comment",
            name="discussion",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments",
                to="commentary.discussion",
                verbose_name="discussion",
            ),
        ),
        migrations.AddField(
            model_name="auditentry",
            name="discussion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="audit_entries",
                to="commentary.discussion",
                verbose_name="discussion",
            ),
        ),
        migrations.AddConstraint(
            model_name="byline",
            constraint=models.UniqueConstraint(
                fields=("article", "author"), name="byline_author_once"
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="discussion",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="submissions",
                to="commentary.discussion",
            ),
        ),
        migrations.AddIndex(
            model_name="signinattempt",
            index=models.Index(models.F("account"), models.F("created_at"), name="sign_in_account"),
        ),
        migrations.AddIndex(
            model_name="signinattempt",
            index=models.Index(models.F("network"), models.F("created_at"), name="sign_in_network"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["timeline_at", "id"], name="article_timeline"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce("timeline_at", "created_at"),
                name="article_age",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["language"], name="article_language"),
        ),
        migrations.AddConstraint(
            model_name="article",
            constraint=models.UniqueConstraint(
                condition=models.Q(("source_key", ""), _negated=True),
                fields=("source_key",),
                name="article_source_key_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcechunk",
            constraint=models.UniqueConstraint(
                fields=("source", "position"), name="chunk_position_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="revision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("article__isnull", False), ("comment", None)),
                    models.Q(("article", None), ("comment__isnull", False)),
                    _connector="OR",
                ),
                name="revision_of_one_thing",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                models.F("comment"),
                condition=models.Q(("closed_entry", None), ("withdrawn_at", None)),
                name="report_open",
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(
                models.F("reporter"), models.F("created_at"), name="report_reporter"
            ),
        ),
        migrations.AddIndex(
            model_name="report",
            index=models.Index(models.F("network"), models.F("created_at"), name="report_network"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.UniqueConstraint(fields=("comment", "reporter"), name="report_once"),
        ),
        migrations.AddIndex(
            model_name="pointlink",
            index=models.Index(
                models.F("discussion"), models.F("state"), name="point_link_discussion"
            ),
        ),
        migrations.AddIndex(
            model_name="pointlink",
            index=models.Index(models.F("state"), models.F("id"), name="point_link_state"),
        ),
        migrations.AddConstraint(
            model_name="pointlink",
            constraint=models.UniqueConstraint(fields=("comment", "point"), name="point_link_once"),
        ),
        migrations.AddIndex(
            model_name="discussion",
            index=models.Index(fields=["changed_at"], name="discussion_changed"),
        ),
        migrations.AddIndex(
            model_name="discussion",
            index=models.Index(
                condition=models.Q(("closed_from__isnull", False)),
                fields=["closed_from"],
                name="discussion_closed_from",
            ),
        ),
        migrations.AddIndex(
            model_name="discussion",
            index=models.Index(
                condition=models.Q(("closed_until__isnull", False)),
                fields=["closed_until"],
                name="discussion_closed_until",
            ),
        ),
        migrations.AddIndex(
            model_name="discussion",
            index=models.Index(
                condition=models.Q(("auto_close_days__gt", 0)),
                fields=["auto_close_days"],
                name="discussion_closes_by_age",
            ),
        ),
        migrations.AddIndex(
            model_name="discussion",
            index=models.Index(
                condition=models.Q(("pending_count__gt", 0)),
                fields=["pending_count"],
                name="discussion_pending",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["tree_id", "lft"], name="comment_reading_order"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                models.F("id"), condition=models.Q(("status", "pending")), name="comment_pending"
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("parent__isnull", False)),
                fields=["parent", "lft"],
                name="comment_siblings",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("parent__isnull", True)),
                fields=["discussion", "tree_id"],
                name="comment_threads",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("parent__isnull", True)),
                fields=["discussion", "-reply_count", "tree_id"],
                name="comment_most_replies",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("closed_entry__isnull", False)),
                fields=["tree_id", "lft"],
                name="comment_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("source_parent_key__isnull", False)),
                fields=["import_run", "id"],
                name="comment_without_parent",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("status", "approved")),
                fields=["discussion", "public_at"],
                name="comment_public_at",
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["status", "timeline_at", "id"], name="comment_newest"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(
                condition=models.Q(("name_key__isnull", False)),
                fields=["name_key", "status", "timeline_at", "id"],
                name="comment_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.UniqueConstraint(
                fields=("discussion", "number"), name="comment_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("lft__lt", models.F("rght"))), name="comment_lft_below_rght"
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "tree_id__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("discussion_id"), "*", models.Value(4294967296)
                        ),
                    ),
                    (
                        "tree_id__lt",
                        django.db.models.expressions.CombinedExpression(
                            django.db.models.expressions.CombinedExpression(
                                models.F("discussion_id"), "+", models.Value(1)
                            ),
                            "*",
                            models.Value(4294967296),
                        ),
                    ),
                ),
                name="comment_tree_in_its_discussion",
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                models.F("point_link"),
                condition=models.Q(("point_link__isnull", False)),
                name="entry_of_point_link",
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                models.F("network"), models.F("created_at"), name="submission_network"
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                models.F("discussion"), models.F("created_at"), name="submission_discussion"
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                models.F("writer"),
                models.F("edited_at"),
                condition=models.Q(("edited_at__isnull", False)),
                name="submission_edited",
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=models.Index(
                models.F("comment"),
                condition=models.Q(("is_reviewed", False)),
                name="submission_unreviewed",
            ),
        ),
    ]
