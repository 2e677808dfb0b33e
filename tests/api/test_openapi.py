"""Test the read API against its own description with schemathesis, with valid and invalid requests;
and that schemathesis would find a difference.
"""

from copy import deepcopy

import pytest
import schemathesis
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

from commentary.api import openapi, routes
from commentary.models import Article, Comment
from config.wsgi import application
from tests.conftest import Status

pytestmark = pytest.mark.django_db
TRIES = settings(
    max_examples=50, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture
def description(article, comment):
    """The description, with data for each kind of response."""
    cache.clear()
    comment("One", name="Ann", dated_at="2011-05-05T09:15Z", date_is_local=True)
    removed = comment("Two", status=Status.REMOVED)
    comment("Three", parent=removed, kind=Comment.Kind.PINGBACK)
    comment("Four", status=Status.PENDING)
    Article.objects.update(slug="0")  # schemathesis tries this value first
    schema = schemathesis.openapi.from_dict(deepcopy(openapi.description()))
    schema.app = application
    schema.config.update(base_url="http://testserver")
    # The application would close the connection, and with it this test's transaction.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schema
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def try_everything(description, mode: GenerationMode) -> int:
    """Send requests that the description allows, or doesn't. Returns the number of responses."""
    answered = 0
    for operation in description.get_all_operations():

        @TRIES
        @given(case=operation.ok().as_strategy(generation_mode=mode))
        def ask(case):
            nonlocal answered
            # The WSGI client doesn't decompress the responses it requests.
            answer = case.call_and_validate(headers={"Accept-Encoding": "identity"})
            answered += answer.status_code == 200

        ask()
    return answered


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_responses_match_the_description(description, mode):
    answered = try_everything(description, mode)
    assert answered or mode is GenerationMode.NEGATIVE


def test_a_response_that_does_not_match_would_be_found(description, monkeypatch):
    true = routes.as_json
    monkeypatch.setattr(
        routes, "as_json", lambda answer: true(answer).replace('"closed": false', '"closed": "no"')
    )
    with pytest.raises(FailureGroup) as found:
        try_everything(description, GenerationMode.POSITIVE)
    assert "violates schema" in str(found.value.exceptions[0])
