"""Add the articles of earlier import runs to the tables of their runs, with their doubts."""

from django.db import migrations

# The first complete run of a source made its articles.
FILL = """
    INSERT INTO commentary_importedarticle
        (run_id, article_id, confidence, comments, declared, doubts, kinds, warnings)
    SELECT r.id, a.id, 100,
           (SELECT count(*) FROM commentary_comment c
            WHERE c.discussion_id = a.id AND c.import_run_id = r.id),
           d.declared_count, '[]', '', '[]'
    FROM commentary_article a
    JOIN (SELECT source_id, min(id) AS id FROM commentary_importrun
          WHERE finished_at IS NOT NULL GROUP BY source_id) r ON r.source_id = a.source_id
    JOIN commentary_discussion d ON d.article_id = a.id
"""
BEFORE, AFTER = "uncertain: ", "; new articles are imported as drafts"
CONFIDENCE = 60  # of an article with one doubt whose kind is unknown


def fill(apps, schema_editor):
    schema_editor.execute(FILL)
    runs = apps.get_model("commentary", "ImportRun").objects.filter(outcome="uncertain")
    for run in runs.only("warnings").iterator():
        doubts = [
            ["other", warning.removeprefix(BEFORE).removesuffix(AFTER)[:500]]
            for warning in run.warnings
            if warning.startswith(BEFORE)
        ]
        if doubts:
            run.imported_articles.update(
                confidence=CONFIDENCE, doubts=doubts[:20], kinds="|other|"
            )


class Migration(migrations.Migration):
    dependencies = [("commentary", "0022_imported_articles")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
