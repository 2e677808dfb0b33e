import json


def test_what_machines_are_told_is_data_that_no_policy_refuses(visit, site):
    """`visit` fails if the page's security policy reports anything."""
    page = visit(site["article"])
    blocks = page.locator('script[type="application/ld+json"]')
    assert blocks.count() == 1
    assert json.loads(blocks.text_content())["@type"] == "Article"
