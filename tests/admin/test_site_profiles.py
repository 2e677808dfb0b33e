"""Site profiles: learned from a repair, tried on the other files of the site, used and undone."""

import re

import pytest
from django.urls import reverse

from commentary.importing.store_repair import article_of
from commentary.models import Comment, SiteProfile, Source
from tests.admin.test_repairs import mark, page_of, send, text_of
from tests.importing.test_repair import HARBOUR
from tests.importing.test_site_profile import OTHER
from tests.importing.test_store_repair import imported, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def sources() -> list[Source]:
    """Three files of one site, and one of another."""
    third = OTHER.replace("crane", "winch").replace("Vera", "Wim")
    return [
        imported(HARBOUR, "harbour/one.txt"),
        imported(OTHER, "harbour/two.txt"),
        imported(third, "harbour/three.txt"),
        imported(OTHER.replace("crane", "boat"), "elsewhere/four.txt"),
    ]


@pytest.fixture
def profile(as_ed, sources) -> SiteProfile:
    one = sources[0]
    mark(as_ed, one, "furniture", 1, 2, 8, 11, 17, 18)
    mark(as_ed, one, "title", 3)
    mark(as_ed, one, "author", 4)
    mark(as_ed, one, "comment", 9, 15)
    mark(as_ed, one, "comment", 12, name="keeper", date="2009-03-10 23:00", parent=9)
    send(as_ed, one, do="store")
    answer = send(as_ed, one, do="profile", **{"profile-name": "Harbour, 2009"})
    row = SiteProfile.objects.get()
    assert answer["Location"] == files_of(row)
    return row


def files_of(row: SiteProfile) -> str:
    return reverse("admin:commentary_siteprofile_files", args=[row.pk])


def picked(page: str) -> list[str]:
    return re.findall(r'name="pick" value="(\d+)"', page)


def test_the_effect_on_the_other_files_is_shown_and_changes_nothing(as_ed, profile, sources):
    page = text_of(as_ed.get(files_of(profile)))
    assert picked(page) == [str(sources[2].pk), str(sources[1].pk)]
    assert page.count("better") == 2 and "elsewhere" not in page and "one.txt" not in page
    assert "42" in page, "the number that the heading declares"
    assert shown(article_of(sources[1])) == []


def test_a_profile_is_used_for_the_selected_files_and_undone(as_ed, profile, sources):
    used = as_ed.post(files_of(profile), {"pick": [sources[1].pk], "use": 1}, follow=True)
    assert "1 file read again with the profile." in text_of(used)
    article = article_of(sources[1])
    assert [name for name, _ in shown(article)] == ["Vera", "Old Hand", "Vera"]
    assert Comment.objects.get(name="Old Hand", discussion=article.pk).parent.name == "Vera"
    assert shown(article_of(sources[2])) == []
    page = text_of(as_ed.get(files_of(profile)))
    assert "repaired" in page and "Undo in 1 file" in page
    undone = as_ed.post(files_of(profile), {"undo": 1}, follow=True)
    assert "Undone in 1 file." in text_of(undone)
    assert shown(article) == []


def test_a_file_that_an_editor_repaired_is_left_alone(as_ed, profile, sources):
    mark(as_ed, sources[1], "title", 3)
    page = text_of(as_ed.get(files_of(profile)))
    assert "has a draft" in page and picked(page) == [str(sources[2].pk)]
    as_ed.post(files_of(profile), {"pick": [sources[1].pk], "use": 1})
    assert shown(article_of(sources[1])) == []


def test_a_file_of_another_site_can_not_be_picked(as_ed, profile, sources):
    as_ed.post(files_of(profile), {"pick": [sources[3].pk], "use": 1})
    assert shown(article_of(sources[3])) == []


def test_the_profile_is_downloaded_as_toml(as_ed, profile):
    answer = as_ed.get(reverse("admin:commentary_siteprofile_toml", args=[profile.pk]))
    assert answer["Content-Disposition"] == 'attachment; filename="harbour-2009.toml"'
    assert 'starts = [\n  "NAME said on DATE",' in text_of(answer)


def test_the_rules_can_be_edited_and_wrong_ones_are_refused(as_ed, profile):
    change = reverse("admin:commentary_siteprofile_change", args=[profile.pk])
    page = text_of(as_ed.get(change))
    assert files_of(profile) in page
    seen = re.search(r'name="edition" value="([^"]*)"', page)[1]
    form = {"name": "Harbour", "site": "harbour", "rules": "starts = ", "edition": seen}
    assert "is not valid TOML" in text_of(as_ed.post(change, form))
    form["rules"] = profile.rules.replace(" said on ", " said at ")
    assert as_ed.post(change, form).status_code == 302
    profile.refresh_from_db()
    assert "said at" in profile.rules and profile.editor.username == "ed"


def test_a_repair_without_anything_in_common_makes_no_profile(as_ed, sources):
    mark(as_ed, sources[1], "comment", 8)
    page = send(as_ed, sources[1], do="profile", **{"profile-name": "x"})
    assert "No profile was made" in text_of(page)
    assert not SiteProfile.objects.exists()
    assert "Try these rules on the other files" in text_of(as_ed.get(page_of(sources[1])))


def test_only_editors_see_profiles(client, mo, profile):
    client.force_login(mo)
    for name in ("files", "toml", "change"):
        address = reverse(f"admin:commentary_siteprofile_{name}", args=[profile.pk])
        assert client.get(address).status_code == 403
    assert client.post(files_of(profile), {"use": 1}).status_code == 403
