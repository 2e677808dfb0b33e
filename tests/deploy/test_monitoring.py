"""Alerts and the dashboard use metrics that the site has."""

import http.client
import json
import re

import pytest
import yaml

from tests.conftest import make_article
from tests.deploy.site import DEPLOY, METRICS_TOKEN

SCRAPE = yaml.safe_load((DEPLOY / "prometheus" / "scrape.yml").read_text())
RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())["groups"]
    for rule in group["rules"]
]
PANELS = json.loads((DEPLOY / "grafana" / "commentary.json").read_text())["panels"]
EXPRESSIONS = [rule["expr"] for rule in RULES] + [
    target["expr"] for panel in PANELS for target in panel["targets"]
]
PARTS = {"histogram": ("_bucket", "_sum", "_count"), "counter": ("",), "gauge": ("",)}


def metrics_of(site) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", site.ports.monitor, timeout=30)
    connection.request("GET", "/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    assert answer.status == 200, text
    return text


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_site_has_every_metric_that_is_used(site):
    article = make_article("Why bees dance")
    assert site.ask(article.get_absolute_url()).status == 200
    types = re.findall(r"^# TYPE (\w+) (\w+)$", metrics_of(site), re.M)
    exposed = {f"{name}{part}" for name, kind in types for part in PARTS[kind]}
    used = {name for text in EXPRESSIONS for name in re.findall(r"\bcommentary_\w+", text)}
    assert len(used) >= 10
    assert used <= exposed


def test_prometheus_asks_the_port_for_monitoring():
    [job] = SCRAPE["scrape_configs"]
    [config] = job["static_configs"]
    assert f"listen {config['targets'][0]};" in (DEPLOY / "nginx.conf").read_text()
    assert all(f'job="{job["job_name"]}"' in e for e in EXPRESSIONS if e.startswith("up{"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_says_what_is_wrong_and_what_to_do(rule):
    assert set(rule) == {"alert", "expr", "for", "labels", "annotations"}
    assert rule["labels"]["severity"] in ("page", "ticket")
    for words in (rule["annotations"]["summary"], rule["annotations"]["description"]):
        assert words.endswith(".")


def test_panels_have_places_and_units_of_their_own():
    cells = [
        (x, y)
        for panel in PANELS
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(PANELS) > 10 and len(cells) == len(set(cells))
    assert max(x for x, _y in cells) < 24
    assert all(panel["fieldConfig"]["defaults"]["unit"] for panel in PANELS)
