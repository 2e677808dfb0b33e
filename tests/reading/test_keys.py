"""The page about keyboard shortcuts."""


def test_it_is_linked_from_every_discussion_and_may_be_cached(client, article):
    assert 'href="/keys/"' in client.get(article.get_absolute_url()).content.decode()
    page = client.get("/keys/")
    assert page["Cache-Control"] == "public, no-cache"
    assert b"Next, previous comment" in page.content
