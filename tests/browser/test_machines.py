import json

from .test_reading import is_wider_than_the_screen, violations


def test_the_page_of_the_api_has_no_fault_and_fits_every_screen(visit, site):
    page = visit("/api/")
    for width in (320, 360, 768, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert not is_wider_than_the_screen(page)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == [], (width, scheme)


def test_what_machines_are_told_is_data_that_no_policy_refuses(visit, site):
    """`visit` fails if the page's security policy reports anything."""
    page = visit(site["article"])
    blocks = page.locator('script[type="application/ld+json"]')
    assert blocks.count() == 1
    assert json.loads(blocks.text_content())["@type"] == "Article"
