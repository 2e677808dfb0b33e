def test_post_is_refused(client):
    assert client.post("/robots.txt").status_code == 405


def test_crawlers_may_read_everything_but_the_admin_and_forms(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain"
    assert response.content == (
        b"User-agent: *\nDisallow: /account/\nDisallow: /admin/\nDisallow: /articles/*/reply/\n"
        b"Disallow: /articles/*/respond/\nDisallow: /articles/*/points/*/respond/\n"
        b"Disallow: /articles/*/comments/*/history/\nDisallow: /articles/*/comments/*/more/\n"
        b"Disallow: /articles/*/on/\n"
        b"Disallow: /random/\nSitemap: http://testserver/sitemap.xml\n"
    )
