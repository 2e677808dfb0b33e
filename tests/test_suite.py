"""The test suite depends neither on var/ of its clone nor on the shell's environment."""

from pathlib import Path

from django.contrib.staticfiles.storage import StaticFilesStorage, staticfiles_storage

ROOT = Path(__file__).parent.parent


def test_the_suite_ignores_what_make_run_left_in_var(settings):
    assert ROOT not in Path(settings.VAR_DIR).parents
    assert staticfiles_storage.url("a.css") == "/static/a.css"  # also loads it
    assert type(staticfiles_storage._wrapped) is StaticFilesStorage


def test_the_suite_ignores_settings_exported_by_the_shell(settings):
    assert settings.SITE_NAME == ""
