"""The form for the name and look of the site refuses what readers could not read."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from commentary.models import SiteSettings, site_frame
from tests.conftest import edition

pytestmark = pytest.mark.django_db
LIST = "/admin/commentary/sitesettings/"
FORM = f"{LIST}1/change/"


@pytest.fixture
def editor(client, ed):
    client.force_login(ed)
    client.get(LIST)
    return client


def send(client, **values):
    fields = ("name", "tagline", "introduction", "accent", "serif", "sans")
    empty = dict.fromkeys((*fields, "footer_links", "stylesheet"), "")
    return client.post(FORM, empty | {"edition": edition(client.get(FORM))} | values)


def errors(response) -> dict:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


def test_the_list_leads_to_the_only_form(editor):
    assert editor.get(LIST)["Location"] == FORM
    assert editor.get(f"{LIST}add/").status_code == 403
    assert SiteSettings.objects.count() == 1


def test_an_editor_sets_name_tagline_and_accent(editor):
    assert (
        send(editor, name="The Quay", tagline="Notes", accent="#2f6b3a, #93d3a0").status_code == 302
    )
    assert (site_frame().name, site_frame().tagline) == ("The Quay", "Notes")
    assert "light-dark(#2f6b3a, #93d3a0)" in site_frame().theme
    assert "Changed" in editor.get(f"{LIST}1/history/").content.decode()


def test_moderators_may_only_look(client, mo):
    client.force_login(mo)
    SiteSettings.load()
    assert client.get(FORM).status_code == 200
    assert client.post(FORM, {"name": "X"}).status_code == 403


def test_an_accent_with_too_little_contrast_is_refused_with_colours_and_ratio(editor):
    [problem] = errors(send(editor, accent="#ff0000, #93d3a0"))["accent"]
    assert "#ff0000" in problem
    assert "3.89:1" in problem
    assert site_frame().theme == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("accent", "red"),
        ("serif", "a; } *{display:none"),
        ("sans", "url(x)"),
        ("footer_links", "A = javascript:x"),
        ("stylesheet", "@import 'x'"),
    ],
)
def test_other_unusable_values_are_refused(editor, field, value):
    assert field in errors(send(editor, **{field: value}))


def test_an_accent_is_compared_with_the_stylesheet_sent_with_it(editor):
    dark = ":root { --paper: light-dark(#2f6b30, #15171b); --ink: #fff }"
    assert errors(send(editor, accent="#2f6b3a, #93d3a0", stylesheet=dark))


def test_a_logo_is_uploaded_and_removed(editor):
    made = io.BytesIO()
    Image.new("RGB", (200, 100)).save(made, "PNG")
    logo = SimpleUploadedFile("logo.png", made.getvalue())
    assert send(editor, logo_file=logo).status_code == 302
    assert site_frame().logo.width == 56
    assert send(editor, name="Kept").status_code == 302
    assert editor.get(site_frame().logo.address).content == made.getvalue()
    assert send(editor, remove_logo="on").status_code == 302
    assert site_frame().logo is None


def test_another_file_is_no_logo(editor):
    sent = SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>")
    assert "logo_file" in errors(send(editor, logo_file=sent))


def test_what_the_environment_sets_is_named_and_not_asked_for(editor, settings):
    send(editor, name="Ours")
    settings.SITE_NAME = "Theirs"
    page = editor.get(FORM).content.decode()
    assert "SITE_NAME" in page
    assert 'name="name"' not in page
    assert send(editor, tagline="Notes").status_code == 302
    settings.SITE_NAME = ""
    assert site_frame().name == "Ours"


def test_a_stale_form_overwrites_nothing(editor):
    seen = edition(editor.get(FORM))
    send(editor, name="First")
    assert errors(send(editor, name="Second", edition=seen))
    assert site_frame().name == "First"
