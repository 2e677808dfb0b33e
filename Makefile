# All everyday commands. `make` without a target lists them.

.PHONY: help run test test-fast check test-pgbouncer test-citus lint bench bench-check bench-peers faults fuzz screenshots upgrade-data messages lock python port chromium fonts nginx systemd logrotate peers pgbouncer
.NOTPARALLEL:
.DEFAULT_GOAL := help

PORT ?= 8000
SOURCES ?=
VAR_DIR ?= $(CURDIR)/var
PEERS_DIR ?= $(VAR_DIR)/peers
# The first of these that is Python 3.11 or newer; set PYTHON= to use another.
PYTHON ?= $(firstword $(foreach name,python3.11 python3,$(shell \
	$(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $(name))))
PY := .venv/bin/python
# Compiling our modules would take a third of the start of each process.
unexport PYTHONDONTWRITEBYTECODE
PIP := $(PY) -m pip --disable-pip-version-check --no-input install --quiet --require-hashes

# Settings of a local site. Variables that are already exported take precedence.
LOCAL = HTTPS="$${HTTPS-0}" REQUIRE_SECOND_FACTOR="$${REQUIRE_SECOND_FACTOR-0}" LOG_FORMAT="$${LOG_FORMAT-text}" ALLOWED_HOSTS="$${ALLOWED_HOSTS-127.0.0.1,localhost,[::1]}" \
	SECRET_KEY="$${SECRET_KEY-$$(cat "$(VAR_DIR)/secret-key")}" VAR_DIR="$(VAR_DIR)"
# Production settings for checks that don't serve a site.
NOBODY = DEBUG=0 HTTPS=1 ALLOWED_HOSTS=example.org DATABASE_URL=sqlite://:memory: \
	SECRET_KEY=serves-nobody-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789
# Tests that must pass on both databases, not just on PostgreSQL; of those of imports, the files that
# use a database. Those of upgrades, parts, replicas and restores start the databases that they need;
# damaged files are a matter of the readers, which know no database.
SQLITE_TESTS = $(filter-out $(addprefix tests/faults/test_,fuzz.py parts.py replica.py restore.py),$(wildcard tests/discussions \
	tests/models tests/search tests/faults/test_*.py tests/exporting tests/management tests/backups tests/privacy \
	tests/admin/test_comments.py tests/admin/test_stale.py tests/reading/test_pagination.py tests/reading/test_misses.py \
	tests/reading/test_history.py tests/reading/test_search.py tests/syndication/test_search_feed.py tests/api/test_search.py \
	$(filter-out %/test_single_sign_on.py,$(wildcard tests/accounts/test_*.py)))) \
	$(shell grep -rlE 'django_db|\bdb\b' tests/importing --include='test_*.py')
# What a cluster must be able to do; docs/scale.md says what fails.
CITUS_TESTS = tests/discussions tests/models tests/reading/test_pagination.py
# Three processes for two cores, because some tests wait; one that is done takes over tests from
# another. Lists the slowest tests.
PYTEST = $(PY) -m pytest -n 3 --dist worksteal --durations=10

# Long tests: show their output, and raise the timeout that treats a test as hanging.
LONG = -s -o faulthandler_timeout=36000

help: ## list all targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 20

run: python port .venv/installed ## set up and serve the demo (PORT=8000, SOURCES="files or folders")
	@umask 077; mkdir -p "$(VAR_DIR)"; test -s "$(VAR_DIR)/secret-key" || \
		$(PY) -c 'import secrets; print(secrets.token_urlsafe(50))' > "$(VAR_DIR)/secret-key"
	@$(LOCAL) $(PY) manage.py migrate --verbosity 0
	@$(LOCAL) $(PY) manage.py collectstatic --no-input --verbosity 0
	@$(LOCAL) $(PY) manage.py load_demo || true # a site with other content gets none, and is told so
	@$(if $(strip $(SOURCES)),$(LOCAL) $(PY) manage.py import_commentary $(SOURCES) || \
		echo "Some files were not imported completely; see above." >&2)
	@$(LOCAL) $(PY) manage.py create_demo_editor --site http://127.0.0.1:$(PORT)
	@echo "Site: http://127.0.0.1:$(PORT)/ (press Ctrl-C to stop)"
	@$(LOCAL) EMBEDDED_WORKER="$${EMBEDDED_WORKER-1}" BIND=127.0.0.1:$(PORT) exec .venv/bin/gunicorn -c config/gunicorn.py

test: python .venv/installed-dev chromium nginx systemd logrotate ## run all tests on PostgreSQL, and the database tests on SQLite
	$(PYTEST)
	@echo "On SQLite: $(SQLITE_TESTS)"
	@folder=$$(mktemp -d); DATABASE_URL="sqlite:///$$folder/tests.sqlite3" \
		$(PYTEST) $(SQLITE_TESTS); code=$$?; rm -rf "$$folder"; exit $$code

test-fast: python .venv/installed-dev ## run the tests on PostgreSQL without browser, fault, upgrade and other slow tests
	@log=$$(mktemp); $(PYTEST) -q -m "not slow" $(addprefix --ignore=tests/,browser faults upgrade) \
		>"$$log" 2>&1; code=$$?; tail -n 30 "$$log"; rm -f "$$log"; exit $$code

check: lint test-fast ## lint and test-fast

test-pgbouncer: python .venv/installed-dev chromium nginx systemd logrotate pgbouncer ## run the tests behind PgBouncer in transaction mode (TESTS="tests/discussions …")
	PGBOUNCER=1 $(PYTEST) $(TESTS)

test-citus: python .venv/installed-dev ## run tests on a cluster with Citus, which CI doesn't have (CITUS_URL=postgres://… TESTS="tests/discussions …")
	@test -n "$(CITUS_URL)" || { echo "Set CITUS_URL to a database on the coordinator that has the extension citus and knows the nodes." >&2; exit 1; }
	CITUS_URL="$(CITUS_URL)" $(PYTEST) $(or $(TESTS),$(CITUS_TESTS))

lint: python .venv/installed-dev ## check style, types, migrations and production settings
	@$(PY) -m ruff check
	@$(PY) -m ruff format --check
	@find templates -name '*.html' -exec .venv/bin/djade --check --target-version 5.2 {} +
	@$(NOBODY) $(PY) manage.py makemigrations --check --dry-run
	@$(NOBODY) $(PY) manage.py check --deploy --fail-level WARNING
	@$(NOBODY) $(PY) -m mypy

bench: python .venv/installed-dev ## measure the speed of searches and imports (SEARCH=1000000 comments)
	SEARCH=$(SEARCH) $(PY) -m benchmarks

bench-check: python .venv/installed-dev ## fail if a part has become slower by more than a tenth, compared with its floor
	$(PY) -m benchmarks.check

bench-peers: python .venv/installed-dev chromium peers ## compare with WordPress, Isso and django-comments-xtd, and write docs/performance.md (ROUNDS=2 SECONDS=2)
	$(PY) -m benchmarks.peers --folder "$(PEERS_DIR)" $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEARCH),--search $(SEARCH))

faults: python .venv/installed-dev nginx systemd logrotate ## kill, suspend and overload all parts of a site, and write docs/faults.md (takes hours)
	@mkdir -p "$(VAR_DIR)"; rm -f "$(RESULTS)"
	-FAULTS="$(RESULTS)" $(SIZES) $(PY) -m pytest $(LONG) tests/faults tests/faults/full_disk.py tests/faults/clock_jumps.py \
		tests/deploy/test_nginx.py tests/resilience/test_one_renderer.py
	-folder=$$(mktemp -d); FAULTS="$(RESULTS)" $(SIZES) STORM=4x500 DATABASE_URL="sqlite:///$$folder/tests.sqlite3" \
		$(PY) -m pytest $(LONG) $(filter tests/faults/%,$(SQLITE_TESTS)); rm -rf "$$folder"
	$(PY) -m tests.faults.report "$(RESULTS)"
	@! grep -q '"outcome": "failed"' "$(RESULTS)"
RESULTS = $(VAR_DIR)/faults.jsonl
SIZES = SITE_KILLS=100x20x20 HANG=60 CLIENTS=80x30 RELOADS=20x10000 KILLS=100 COMMENTS=10000 MAILS=10000 MAIL_KILLS=20 \
	RACES=500 ENTRIES=100000 STORM=8x500

fuzz: python .venv/installed-dev ## import 100,000 damaged exports and as many archives and pictures, and run 10,000 hostile searches, within limits on memory and time
	FUZZ=100000 $(PY) -m pytest $(LONG) tests/faults/test_fuzz.py
	QUERIES=10000 $(PY) -m pytest $(LONG) tests/search -k hostile

screenshots: python .venv/installed-dev chromium fonts ## take the screenshots in README.md from the demo
	$(PY) screenshots/take.py

upgrade-data: python .venv/installed-dev ## store the databases of the upgrade test, created by this version
	$(PY) -m tests.upgrade.make

messages: python .venv/installed-dev ## find the messages of the source, and update and compile the translations
	@$(NOBODY) $(PY) -m tools.messages

lock: ## recompile requirements*.txt from pyproject.toml (needs uv)
	uv pip compile pyproject.toml -o requirements.txt $(LOCK)
	uv pip compile pyproject.toml --group dev -o requirements-dev.txt $(LOCK)
LOCK = --generate-hashes --no-annotate --no-header --no-emit-index-url --python-version 3.11 --upgrade

# --- prerequisites

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is required, as python3.11 or python3." >&2; \
		echo "To use another one: make PYTHON=/path/to/python3.12 …" >&2; exit 1; }

port:
	@$(PYTHON) config/port.py "$(PORT)"

$(PY):
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python can't create virtual environments. On Debian, install python3-venv." >&2; exit 1; }
	$(PYTHON) -m venv --clear .venv

.venv/installed: requirements.txt $(PY)
	$(PIP) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt $(PY)
	$(PIP) -r requirements-dev.txt
	@touch $@

chromium:
	@for name in chromium-headless-shell chromium chromium-browser google-chrome; do \
		command -v $$name >/dev/null && exit; done; \
	$(call install,chromium-headless-shell,The browser tests need Chromium on the PATH as \
	chromium-headless-shell or chromium or chromium-browser or google-chrome.)

fonts:
	@test -n "$$(fc-list 'Noto Serif')" && test -n "$$(fc-list 'Noto Sans Mono')" && \
	test -n "$$(fc-list 'Noto Sans CJK JP')" || \
	{ $(call install,fontconfig fonts-noto-core fonts-noto-mono fonts-noto-cjk,The pictures need the Noto fonts.); }

nginx:
	@PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || \
	{ $(call install,nginx-light,These tests need nginx.); }

systemd:
	@command -v systemd-analyze >/dev/null && command -v systemd-socket-activate >/dev/null || \
	{ $(call install,systemd,These tests need the tools of systemd.); }

logrotate:
	@PATH="$$PATH:/usr/sbin" command -v logrotate >/dev/null || \
	{ $(call install,logrotate,These tests need logrotate.); }

pgbouncer:
	@PATH="$$PATH:/usr/sbin" command -v pgbouncer >/dev/null || \
	{ $(call install,pgbouncer,These tests need PgBouncer.); }

# RUNLEVEL=1 keeps Debian from starting services: bench-peers starts instances of its own.
peers:
	@for program in wrk nginx mariadbd php; do \
		PATH="$$PATH:/usr/sbin" command -v $$program >/dev/null || missing=1; done; \
	test -z "$$missing" -a -f /usr/share/wordpress/wp-login.php -a -n "$$(ls /usr/sbin/php-fpm* 2>/dev/null)" || \
	{ export RUNLEVEL=1; $(call install,$(PEERS),The comparison needs WordPress with MariaDB and PHP and also nginx and wrk.); }
PEERS = wordpress wordpress-theme-twentytwentyone mariadb-server mariadb-client php-fpm php-mysql php-xml php-mbstring php-gd \
	php-curl nginx-light wrk

# Install Debian packages as root, or say that they are needed: $(call install,packages,sentence)
define install
	if test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get update -qq && apt-get install -y -qq --no-install-recommends $(1); \
	else \
		echo "$(2) On Debian and Ubuntu: sudo apt-get install $(1)" >&2; exit 1; \
	fi
endef
