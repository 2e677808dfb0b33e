"""``python load.py DATA.json`` creates the tables and stores the data, with the columns of threads as
django-comments-xtd computes them.
"""

import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
django.setup()

from django.contrib.contenttypes.models import ContentType  # noqa: E402
from django.contrib.sites.models import Site  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils.dateparse import parse_datetime  # noqa: E402

call_command("migrate", verbosity=0, run_syncdb=True)

from blog.models import Article  # noqa: E402
from django_comments.models import Comment  # noqa: E402
from django_comments_xtd.models import XtdComment  # noqa: E402


def moment(text):
    return parse_datetime(text + "+00:00")


def main(path):
    with open(path, encoding="utf-8") as file:
        data = json.load(file)
    Site.objects.update_or_create(pk=1, defaults={"domain": "127.0.0.1", "name": "bench"})
    Article.objects.bulk_create(
        Article(
            id=article["number"],
            title=article["title"][:200],
            slug=article["slug"],
            author=data["authors"][article["author"]],
            body="\n\n".join(article["paragraphs"]),
            published=moment(article["published"]),
        )
        for article in data["articles"]
    )
    kind = ContentType.objects.get_for_model(Article)
    comments = [
        Comment(
            id=comment["number"],
            content_type=kind,
            object_pk=str(article["number"]),
            site_id=1,
            user_name=comment["name"],
            user_email=comment["email"],
            comment=comment["text"],
            submit_date=moment(comment["created"]),
            is_public=True,
        )
        for article in data["articles"]
        for comment in article["comments"]
    ]
    rows = [row for article in data["articles"] for row in tree(article["comments"])]
    with transaction.atomic(), connection.cursor() as cursor:
        Comment.objects.bulk_create(comments, batch_size=2_000)
        cursor.executemany(
            f"INSERT INTO {XtdComment._meta.db_table} (comment_ptr_id, thread_id, parent_id, level, "
            '"order", followup, nested_count) VALUES (%s, %s, %s, %s, %s, false, %s)',
            rows,
        )
        for model in (Article, Comment):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def tree(comments):
    """Return comment, thread, parent, level, order in the thread, and number of comments below."""
    below = {}
    for comment in comments:
        below.setdefault(comment["parent"], []).append(comment["number"])
    rows = []

    def add(number, parent, root, level, order):
        row = [number, root, parent, level, order, 0]
        rows.append(row)
        after = order + 1
        for child in below.get(number, []):
            after = add(child, number, root, level + 1, after)
        row[5] = after - order - 1
        return after

    for root in below.get(None, []):
        add(root, root, root, 0, 1)
    return rows


if __name__ == "__main__":
    main(sys.argv[1])
