def test_it_refuses_to_be_posted_to(client):
    assert client.post("/robots.txt").status_code == 405


def test_robots_may_read_all_but_the_admin_and_the_forms(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain"
    assert response.content == (
        b"User-agent: *\nDisallow: /admin/\nDisallow: /articles/*/reply/\n"
        b"Disallow: /articles/*/respond/\nDisallow: /articles/*/points/*/respond/\n"
        b"Disallow: /articles/*/on/\n"
        b"Disallow: /random/\nSitemap: http://testserver/sitemap.xml\n"
    )
