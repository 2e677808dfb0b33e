import json

import pytest
from django.core.management import CommandError, call_command

from commentary.models import Article
from tests.conftest import make_article

pytestmark = pytest.mark.django_db
ZONES = ["America/New_York", "UTC", "Asia/Tokyo"]


def exported(capsys, *args: str) -> dict:
    capsys.readouterr()
    call_command("export_commentary", *args)
    return json.loads(capsys.readouterr().out)


def test_an_article_is_found_by_its_current_and_former_slugs(article, capsys):
    article.slug = "bees"
    article.save()
    found = exported(capsys, "bees")
    assert found["title"] == article.title
    assert exported(capsys, "why-bees-dance") == found


def test_a_slug_means_the_article_that_has_it_now(article, capsys):
    article.slug = "bees"
    article.save()
    make_article("Why bees dance")
    assert Article.objects.filter(slug="why-bees-dance").exists()
    assert exported(capsys, "bees")["title"] == exported(capsys, "why-bees-dance")["title"]
    with pytest.raises(CommandError, match="No article has the slug wasps"):
        call_command("export_commentary", "wasps")


def test_comments_in_another_language_than_their_article_say_so(article, comment, capsys):
    comment("Houses")
    comment("Maisons", language="fr")
    (one,) = exported(capsys, "--all")["articles"]
    assert [c.get("language") for c in one["comments"]] == [None, "fr"]


@pytest.mark.parametrize("zone", ZONES)
def test_a_local_time_is_exported_without_a_time_zone(article, comment, capsys, settings, zone):
    settings.TIME_ZONE = zone
    comment("Clock", dated_at="2012-01-01T00:30Z", date_is_local=True)
    comment("Instant", dated_at="2012-01-01T00:30Z")
    (one,) = exported(capsys, "--all")["articles"]
    assert [c["date"] for c in one["comments"]] == ["2012-01-01T00:30:00", "2012-01-01T00:30:00Z"]
    dates = [c["date"] for c in exported(capsys, article.slug)["comments"]]
    assert dates == ["2012-01-01T00:30", "2012-01-01T00:30Z"]
