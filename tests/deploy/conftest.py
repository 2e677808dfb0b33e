"""A server that plays a whole site, for all tests of this folder."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.site import SETTINGS, Server, application, nginx
from tests.faults.test_storm import database_url
from tests.test_run import ROOT


@pytest.fixture(scope="session")
def var(tmp_path_factory) -> Path:
    """VAR_DIR with static files."""
    folder = tmp_path_factory.mktemp("var")
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity", "0"],
        cwd=ROOT, env=os.environ | SETTINGS | {"VAR_DIR": str(folder)}, check=True,
    )  # fmt: skip
    return folder


@pytest.fixture(scope="session")
def settings_of_site(var, django_db_setup, django_db_blocker) -> dict[str, str]:
    """The environment of a site with the database of the tests."""
    with django_db_blocker.unblock():
        return SETTINGS | {"VAR_DIR": str(var), "DATABASE_URL": database_url()}


@pytest.fixture(scope="session")
def listen(tmp_path_factory) -> Path:
    """The socket between nginx and the application."""
    return tmp_path_factory.mktemp("run") / "http.sock"


@pytest.fixture(scope="session")
def application_process(settings_of_site, listen) -> Iterator[subprocess.Popen]:
    with application(listen.parent, settings_of_site, listen) as process:
        yield process


@pytest.fixture(scope="session")
def site(application_process, listen, var, tmp_path_factory) -> Iterator[Server]:
    """The site, started once: requests of a test that count come from an address of its own."""
    folder = tmp_path_factory.mktemp("site") / "nginx"
    with nginx(folder, var, f"unix:{listen}") as server:
        yield server
