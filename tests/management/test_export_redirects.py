"""Redirects for the web server of the old site."""

import csv
import io
import re

import pytest
from django.core.management import CommandError, call_command

from commentary.models import Article, FormerAddress

pytestmark = pytest.mark.django_db


@pytest.fixture
def moved(article) -> Article:
    addresses = [
        ("http://old.example/2011/05/two-maps/", None),
        ("http://old.example/?p=31", None),
        ("http://old.example/2011/05/m%C3%BChle and $more/", None),
        ("http://old.example/c/12", 1),
        ('http://old.example/"; return 301 http://evil.example; #/', None),
        ("no address", None),
    ]
    for address, number in addresses:
        FormerAddress.objects.create(article=article, address=address, number=number, key="x")
    return article


def exported(capsys, format: str) -> list[str]:
    call_command("export_redirects", "--format", format, "--to", "https://new.example")
    return capsys.readouterr().out.splitlines()


def test_nginx_gets_a_map(moved, capsys):
    lines = exported(capsys, "nginx")
    target = f"https://new.example{moved.get_absolute_url()}"
    assert f'    "/2011/05/two-maps/" "{target}";' in lines
    assert f'    "/?p=31" "{target}";' in lines
    assert f'    "/c/12" "{target}comments/1/";' in lines
    for line in lines[4:-1]:
        assert re.fullmatch(r'    "[^"$\\ ]+" "[^"$\\ ]+";', line), line


def test_apache_gets_rewrite_rules(moved, capsys):
    lines = exported(capsys, "apache")
    target = f"https://new.example{moved.get_absolute_url()}"
    at = lines.index('RewriteCond %{QUERY_STRING} "^p=31$"')
    assert lines[at + 1] == f'RewriteRule "^/?$" "{target}" [R=301,L,NE,QSD]'


def test_netlify_gets_a_redirects_file(moved, capsys):
    lines = exported(capsys, "netlify")
    assert f"/ p=31 https://new.example{moved.get_absolute_url()} 301!" in lines
    assert all(len(line.split(" ")) in (3, 4) for line in lines)


def test_csv_is_a_table_of_old_and_new_urls(moved, capsys):
    rows = list(csv.reader(io.StringIO("\n".join(exported(capsys, "csv")))))
    assert rows[0] == ["old", "new"]
    assert [
        "http://old.example/c/12",
        f"https://new.example{moved.get_absolute_url()}comments/1/",
    ] in rows
    assert len(rows) == 6


def test_drafts_are_omitted(moved, capsys):
    Article.objects.update(is_published=False)
    assert exported(capsys, "csv") == ["old,new"]


@pytest.mark.parametrize("to", ["new.example", "ftp://new.example", "https://new.example/blog", ""])
def test_an_invalid_site_url_is_refused(moved, to):
    with pytest.raises(CommandError, match="--to must be"):
        call_command("export_redirects", "--to", to)
