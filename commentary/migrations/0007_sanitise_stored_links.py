"""Take titles and links that are not plain web addresses out of comments that were rendered before."""

from django.db import migrations
from django.db.models import F, Q

from ..text.markup import (OURS, THEIRS, sanitise)


def sanitise_again(apps, schema_editor):
    comments = apps.get_model("commentary", "Comment").objects
    discussions = apps.get_model("commentary", "Discussion").objects
    with_attributes = Q(body_html__contains="<a ") | Q(body_html__contains='="')
    rows = comments.filter(with_attributes).order_by("pk")
    changed = set()
    for pk, discussion, markup, stored in rows.values_list(
        "pk", "discussion_id", "markup", "body_html"
    ).iterator(chunk_size=500):
        clean = str(sanitise(stored, THEIRS if markup == "html" else OURS))
        if clean != stored:
            comments.filter(pk=pk).update(body_html=clean)
            changed.add(discussion)
    # Bodies of articles are rendered when they are shown, but stored pages hold them.
    changed |= set(
        discussions.filter(article__markup="html").order_by().values_list("pk", flat=True)
    )
    for pk in changed:
        discussions.filter(pk=pk).update(version=F("version") + 1)


class Migration(migrations.Migration):
    dependencies = [("commentary", "0006_search")]
    operations = [migrations.RunPython(sanitise_again, migrations.RunPython.noop)]
