"""Redirects for the web server of the old site."""

import csv
import io
import os
import re
import shutil
import subprocess

import pytest
from django.core.management import CommandError, call_command

from commentary.models import Article, FormerAddress, FormerAnchor

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
    for line in lines[7:-1]:
        assert re.fullmatch(r'    "[^"$\\ ]+" "[^"$\\ ]+";', line), line


def test_apache_gets_rewrite_rules(moved, capsys):
    lines = exported(capsys, "apache")
    target = f"https://new.example{moved.get_absolute_url()}"
    at = lines.index(r'RewriteCond %{QUERY_STRING} "^p\x3d31$"')
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


HOSTILE = [
    'http://old.example/a"b/',
    "http://old.example/a\\b/",
    "http://old.example/a'b/",
    "http://old.example/a{b};c/",
    "http://old.example/a%0d%0aReturn 301/",
    "http://old.example/a%22 [R]%0a/",
    "http://old.example/$uri/${host}/",
    "http://old.example/~^.*$/",
    "http://old.example/default",
    "http://old.example/a*/:splat/",
    "http://old.example/(a+)+$/",
    "http://old.example/a#b",
    "http://old.example/Case/",
    "http://old.example/case/",
    "http://old.example/m%C3%BChle/",
    "http://old.example/m\u202ehle/",
    "http://old.example/" + "ü" * 1_900,
    'http://old.example/?p=1" "http://evil.example',
    "http://old.example/?p=:id&q=*",
    "http://old.example/?31",
    "http://old.example/?p=",
    "http://evil.example\\@old.example/x",
    "http://[bad/x",
    "javascript:alert(1)",
    "//old.example/x",
    "=cmd|' /C calc'!A0",
]


@pytest.fixture
def hostile(article) -> Article:
    for address in HOSTILE:
        FormerAddress.objects.create(article=article, address=address, key="x")
    return article


def test_hostile_urls_stay_one_string_of_nginx(hostile, capsys):
    lines = exported(capsys, "nginx")
    rules = [line for line in lines if line.startswith('    "')]
    assert len(rules) > 10 and rules == lines[-1 - len(rules) : -1]
    asked = []
    for line in rules:
        rule = re.fullmatch(r'    "(/[!-~]*)" "(https://new\.example/[!-~]*)";', line)
        assert rule and not set(line[5:-2].replace('" "', "")) & set('"$\\{}'), line
        assert len(line) < 8_000
        asked.append(rule[1].lower())
    assert len(asked) == len(set(asked))  # nginx ignores their case


@pytest.mark.slow  # needs nginx, which make test-fast does without
def test_nginx_accepts_the_map(hostile, capsys, tmp_path):
    (tmp_path / "map.conf").write_text("\n".join(exported(capsys, "nginx")))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; "
        f"client_body_temp_path {tmp_path}/a; proxy_temp_path {tmp_path}/b; "
        f"fastcgi_temp_path {tmp_path}/c; uwsgi_temp_path {tmp_path}/d; scgi_temp_path {tmp_path}/e; "
        f"include {tmp_path}/map.conf; server {{ listen unix:{tmp_path}/socket; "
        "if ($commentary_target) { return 301 $commentary_target; } } }"
    )
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    assert nginx, "make test installs nginx, or says how to"
    command = [nginx, "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_hostile_urls_stay_one_pattern_of_apache(hostile, capsys):
    lines = exported(capsys, "apache")
    wanted = {'a"b/', "a\\b/", "a'b/", "$uri/${host}/", "(a+)+$/", "mühle/", "a*/:splat/"}
    found = set()
    for line in lines[1:]:
        rule = re.fullmatch(r'Rewrite(?:Rule|Cond %\{QUERY_STRING\}) "([^"\s]*)"(?: .*)?', line)
        assert rule and "\\\\" not in rule[1] and rule[1].isascii(), line
        found |= {text for text in wanted if re.fullmatch(rule[1].encode(), text.encode())}
    assert found == wanted


def test_a_rule_for_the_home_page_of_apache_has_a_condition(hostile, capsys):
    lines = exported(capsys, "apache")
    at = [n for n, line in enumerate(lines) if line.startswith('RewriteRule "^/?$"')]
    assert at and all(lines[n - 1].startswith("RewriteCond") for n in at)


def test_netlify_rules_have_no_wildcards_and_no_lost_queries(hostile, capsys):
    rules = [line.split(" ") for line in exported(capsys, "netlify")]
    for path, *pairs, target, status in rules:
        assert not set(path) & set("*:") and status == "301!"
        assert all(re.fullmatch(r"[^=:*]+=[^=:*]+", pair) for pair in pairs)
        assert target.startswith("https://new.example/articles/")
        assert path != "/" or pairs  # the home page itself is never redirected


def test_csv_cells_are_whole_urls(hostile, capsys):
    rows = list(csv.reader(io.StringIO("\n".join(exported(capsys, "csv")))))
    assert len(rows) > 10
    for old, new in rows[1:]:
        assert re.fullmatch(r"http://[!-~]+", old) and new.startswith("https://new.example/")


@pytest.mark.parametrize("format", ["nginx", "apache", "netlify", "csv"])
def test_pages_of_this_site_do_not_redirect_to_each_other(article, capsys, format):
    other = Article.objects.create(title="B", slug="b", is_published=True)
    for one, two in ((article, other), (other, article)):
        address = f"http://www.new.example{two.get_absolute_url().rstrip('/')}"
        FormerAddress.objects.create(article=one, address=address, key="x")
    FormerAddress.objects.create(article=other, address="http://new.example/?p=3", key="x")
    written = "\n".join(exported(capsys, format))
    assert written.count("https://new.example/articles/") == 1
    assert "p=3" in written or r"p\x3d3" in written


def test_an_ambiguous_article_redirects_to_the_page_with_former_ids(moved, comment, capsys):
    comment("first")
    comment("second")
    FormerAnchor.made(moved.pk, "comment-2", 1).save()
    rows = list(csv.reader(io.StringIO("\n".join(exported(capsys, "csv")))))
    assert rows[1][1] == f"https://new.example{moved.get_absolute_url()}former/"
    assert [
        "http://old.example/c/12",
        f"https://new.example{moved.get_absolute_url()}comments/1/",
    ] in rows
