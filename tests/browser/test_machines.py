import json


def test_structured_data_does_not_violate_the_policy(visit, site):
    """`visit` fails if the page violates its content security policy."""
    page = visit(site["article"])
    blocks = page.locator('script[type="application/ld+json"]')
    assert blocks.count() == 1
    assert json.loads(blocks.text_content())["@type"] == "Article"
