"""The test suite does not depend on the clone it runs in: not on var/, and not on the shell."""

from pathlib import Path

from django.contrib.staticfiles.storage import StaticFilesStorage, staticfiles_storage

ROOT = Path(__file__).parent.parent


def test_the_suite_does_not_read_what_make_run_left_in_var(settings):
    assert ROOT not in Path(settings.VAR_DIR).parents
    assert staticfiles_storage.url("a.css") == "/static/a.css"  # which also loads it
    assert type(staticfiles_storage._wrapped) is StaticFilesStorage


def test_the_suite_does_not_read_settings_that_the_shell_exports(settings):
    assert settings.SITE_NAME == "Commentary"
