"""A site whose clock jumps.

Not part of ``make test``, because it needs a C compiler.
"""

import shutil
import subprocess
import time
from itertools import pairwise

import psycopg
import pytest

from tests.faults.test_parts import (  # noqa: F401 - fixtures
    ARTICLE,
    MANY,
    env,
    gunicorn,
    manage,
    postgresql,
)
from tests.test_run import free_port

# Shifts the clock of a process by the seconds in the file CLOCK, and leaves the monotonic clock.
SHIFT = """
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *now) {
    int failed = syscall(SYS_clock_gettime, id, now);
    FILE *file;
    long seconds = 0;
    if (!failed && id == CLOCK_REALTIME && (file = fopen(getenv("CLOCK"), "r"))) {
        if (fscanf(file, "%ld", &seconds) == 1) now->tv_sec += seconds;
        fclose(file);
    }
    return failed;
}

int gettimeofday(struct timeval *now, void *zone) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now) {
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    if (now) *now = precise.tv_sec;
    return precise.tv_sec;
}
"""
# By how many seconds the clock is wrong, one after the other.
JUMPS = [0, 1, -1, 60, -60, 3600, -3600, 86_400, -86_400, 30 * 86_400, -30 * 86_400, 0]


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
def test_a_clock_that_jumps_loses_nothing(env, tmp_path, counted):  # noqa: F811
    clock = tmp_path / "clock"
    clock.write_text("+0")
    library = tmp_path / "clock.so"
    compiler = ["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", library]
    subprocess.run(compiler, input=SHIFT, text=True, check=True)
    faked = {"LD_PRELOAD": str(library), "CLOCK": str(clock)}
    own = env | faked | {"PORT": str(free_port())} | dict.fromkeys(MANY, "100000")
    taken, again, failed = [], 0, []
    with gunicorn(own, tmp_path / "log") as site:
        for number, (before, after) in enumerate(pairwise(JUMPS)):
            clock.write_text(f"{before:+}")
            form = site.form(f"{ARTICLE}respond/")
            time.sleep(2.5)
            clock.write_text(f"{after:+}")
            body = f"Jump {number}"
            for _ in range(4):  # a form may be too new or too old now, and is shown again
                sent = site.ask(
                    f"{ARTICLE}respond/", form | {"body": body, "name": "Ann", "do": "post"}
                )
                if sent.status == 303:
                    taken.append(body)
                    break
                assert body in sent.text
                again += 1
                form = site.form(f"{ARTICLE}respond/")
                time.sleep(2.5)
            for path in ("/", ARTICLE, "/responses/", "/search/?q=bread", "/healthz", "/readyz"):
                if (status := site.ask(path).status) != 200:
                    failed.append(f"{path} {status}")
        log = (tmp_path / "log").read_text()
    with psycopg.connect(own["DATABASE_URL"]) as connection:
        rows = connection.execute("SELECT body FROM commentary_comment WHERE body LIKE 'Jump %'")
        stored = [body for (body,) in rows]
    counted(
        f"{len(JUMPS) - 1} jumps of up to 60 days, forwards and backwards: {len(taken)} comments accepted, "
        f"{again} times after the form was shown again; {len(set(taken) - set(stored))} lost, "
        f"{len(stored) - len(set(stored))} doubled; {len(failed)} pages failed"
    )
    assert failed == [] and "Traceback" not in log
    assert sorted(taken) == sorted(stored) == sorted(f"Jump {n}" for n in range(len(JUMPS) - 1))
    real = own | {"LD_PRELOAD": ""}
    manage(real, "check_tree")
    manage(real, "verify_audit_log")
