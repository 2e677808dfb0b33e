"""The shipped files fit together, and with the settings: units, nginx, containers, examples."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.deploy.site import DEPLOY, program, unit_lines
from tests.test_docs import COMMANDS, settings_documented
from tests.test_run import ROOT

SERVICES = sorted(path.name for path in (DEPLOY / "systemd").glob("*.service"))
UNITS = SERVICES + sorted(
    path.name for kind in ("socket", "timer") for path in (DEPLOY / "systemd").glob(f"*.{kind}")
)
SHARED = unit_lines("commentary-.service.d/sandbox.conf", "Service")
NGINX = (DEPLOY / "nginx.conf").read_text()
CONTAINERFILE = (DEPLOY / "Containerfile").read_text()
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
EXAMPLE = DEPLOY / "commentary.env.example"
OPTIONAL = re.compile(r"^#?([A-Z_]+)=", re.M)
APPLICATIONS = ("setup", "web", "worker")  # services of compose.yaml
SOCKET = "/run/commentary/http.sock"
KEY = "tests-only-0123456789-abcdefghijklmnopqrstuvwxyz-0123456789"


def django_commands() -> set[str]:
    return {*COMMANDS, "migrate", "collectstatic"}


# --- systemd


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A root folder with the units where install.md puts them."""
    folder = tmp_path_factory.mktemp("root")
    shutil.copytree(DEPLOY / "systemd", folder / "etc/systemd/system")
    return folder


@pytest.mark.slow
def test_systemd_understands_the_units(root):
    units = root / "etc/systemd/system"
    done = subprocess.run(
        [program("systemd-analyze"), "verify", *(units / name for name in UNITS)],
        env=os.environ | {"SYSTEMD_UNIT_PATH": f"{units}:"},
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    missing = r"\S+: Command /srv/commentary/\S+ is not executable: No such file or directory"
    lines = [line for line in done.stderr.splitlines() if not re.fullmatch(missing, line)]
    assert lines == []
    assert len(done.stderr.splitlines()) == len(SERVICES)  # each was read


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_services_are_confined(root, service):
    """systemd rates from 0 (confined) to 10; the limit of an option is in tenths."""
    done = subprocess.run(
        [program("systemd-analyze"), "security", "--offline=true", "--threshold=15",
         "--no-pager", f"--root={root}", service],
        stdin=subprocess.DEVNULL, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_runs_a_program_of_the_site(service):
    lines = unit_lines(service, "Service")
    assert not SHARED.keys() & lines.keys()  # said once for all
    command = lines["ExecStart"].removeprefix(f"{SHARED['WorkingDirectory']}/.venv/bin/")
    assert command == "gunicorn -c config/gunicorn.py" or (
        command.startswith("python manage.py ") and command.split()[2] in django_commands()
    )


@pytest.mark.parametrize("timer", [name for name in UNITS if name.endswith(".timer")])
def test_a_timer_starts_a_service_that_is_not_started_otherwise(timer):
    service = timer.replace(".timer", ".service")
    assert service in SERVICES
    assert unit_lines(service, "Service")["Type"] == "oneshot"
    assert "[Install]" not in (DEPLOY / "systemd" / service).read_text()


def test_all_files_name_the_same_places():
    var = SHARED["StateDirectory"]
    assert var == "commentary"
    assert unit_lines("commentary-web.socket", "Socket")["ListenStream"] == SOCKET
    assert f"server unix:{SOCKET};" in NGINX
    assert f"BIND=unix:{SOCKET}" in CONTAINERFILE
    assert f"VAR_DIR='/var/lib/{var}'" in EXAMPLE.read_text()
    assert f"root /var/lib/{var};" in NGINX
    assert SHARED["EnvironmentFile"] in (DEPLOY / "commentary").read_text()
    assert f"cd {SHARED['WorkingDirectory']}\n" in (DEPLOY / "commentary").read_text()
    assert f"WORKDIR {SHARED['WorkingDirectory']}\n" in CONTAINERFILE
    for log in re.findall(r"(?:access|error)_log (/\S+) ", NGINX):
        assert Path(log).match("/var/log/commentary/*.log")
    assert "/var/log/commentary/*.log {" in (DEPLOY / "logrotate").read_text()


# --- settings


def test_each_setting_of_the_example_exists():
    names = OPTIONAL.findall(EXAMPLE.read_text())
    assert len(names) > 15
    assert set(names) <= set(settings_documented())
    assert sorted(names) == sorted(set(names))


def example_with_everything(folder: Path) -> Path:
    """Write the example with a key and with each line that is commented out."""
    text = EXAMPLE.read_text().replace("SECRET_KEY=''", f"SECRET_KEY='{KEY}'", 1)
    file = folder / "commentary.env"
    file.write_text(re.sub(r"^#(?=[A-Z_]+=)", "", text, flags=re.M))
    return file


def read_by_shell(file: Path) -> dict[str, str]:
    done = subprocess.run(
        ["sh", "-c", f"set -a; . {file}; env -0"], env={}, capture_output=True, check=True
    )
    pairs = (line.split("=", 1) for line in done.stdout.decode().split("\0") if "=" in line)
    return {name: value for name, value in pairs if name not in ("PWD", "_", "SHLVL")}


def test_systemd_and_the_shell_read_the_same_values(tmp_path):
    file = example_with_everything(tmp_path)
    lines = [line for line in file.read_text().splitlines() if line and line[0] != "#"]
    # Without escapes, quotes or variables inside the quotes there is one way to read a line.
    pairs = [re.fullmatch(r"([A-Z_]+)='([^'\\$\"]*)'", line) for line in lines]
    assert all(pairs), lines
    assert {pair[1]: pair[2] for pair in pairs if pair} == read_by_shell(file)


@pytest.mark.slow
def test_the_example_is_a_valid_site_without_warnings(tmp_path):
    text = EXAMPLE.read_text().replace("SECRET_KEY=''", f"SECRET_KEY='{KEY}'", 1)
    (tmp_path / "commentary.env").write_text(text)
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], **read_by_shell(tmp_path / "commentary.env")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_the_command_runs_manage_py_with_the_settings(tmp_path):
    """With other paths, and a `runuser` that stays the same user."""
    (tmp_path / "site.env").write_text(f"SECRET_KEY='{KEY}'\nALLOWED_HOSTS='a b'\n")
    runuser = tmp_path / "runuser"
    runuser.write_text(
        '#!/bin/sh\ntest "$1 $2 $3" = "-u commentary --" || exit 9\nshift 3\nexec "$@"\n'
    )
    runuser.chmod(0o755)
    code = tmp_path / "code"
    (code / ".venv/bin").mkdir(parents=True)
    python = code / ".venv/bin/python"
    python.write_text('#!/bin/sh\necho "$ALLOWED_HOSTS|$*|$(umask)"\n')
    python.chmod(0o755)
    script = (DEPLOY / "commentary").read_text()
    for old, new in (("/etc/commentary.env", tmp_path / "site.env"), ("/srv/commentary", code)):
        assert old in script
        script = script.replace(old, str(new))
    done = subprocess.run(
        ["sh", "-c", script, "commentary", "import_commentary", "my file.xml"],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == "a b|manage.py import_commentary my file.xml|0027\n", done.stderr


# --- containers; they can't be built or started here


def test_the_image_gets_only_code():
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.M)
    paths = [path for line in copied for path in line.split()]
    assert all((ROOT / path).exists() for path in paths)
    assert not {".", "var", ".git"} & set(paths)
    assert {path.name for path in ROOT.iterdir() if path.is_dir()} >= {"config", "commentary"}
    needed = {"manage.py", "config", "commentary", "templates", "static", "fixtures"}
    assert needed <= set(paths)


def test_the_image_runs_without_root_and_starts_gunicorn_like_the_unit():
    assert re.search(r"^USER (?!0|root)\S+$", CONTAINERFILE, re.M)
    command = yaml.safe_load(re.findall(r"^CMD (\[.+\])$", CONTAINERFILE, re.M)[0])
    assert " ".join(command) in unit_lines("commentary-web.service", "Service")["ExecStart"]


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_containers_have_a_read_only_root_and_no_new_privileges(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == ("no" if name == "setup" else "unless-stopped")
    if name in APPLICATIONS:
        assert service["cap_drop"] == ["ALL"] and service["env_file"] == "commentary.env"


def test_compose_gives_settings_that_exist_and_runs_commands_that_exist():
    assert set(COMPOSE["services"]) == {*APPLICATIONS, "database", "cache", "nginx"}
    for name in APPLICATIONS:
        service = COMPOSE["services"][name]
        assert set(service["environment"]) <= set(settings_documented())
        for command in re.findall(r"manage\.py,? (\w+)", " ".join(service.get("command", []))):
            assert command in django_commands()
    assert (DEPLOY / COMPOSE["x-application"]["build"]["context"]).resolve() == ROOT
    assert (ROOT / COMPOSE["x-application"]["build"]["dockerfile"]).is_file()


def test_containers_share_what_they_need():
    volumes = COMPOSE["volumes"].keys()
    of_nginx = dict(
        volume.removesuffix(":ro").split(":") for volume in COMPOSE["services"]["nginx"]["volumes"]
    )
    assert of_nginx["./nginx.conf"] == "/etc/nginx/conf.d/default.conf"
    assert of_nginx["data"] == "/var/lib/commentary" and of_nginx["run"] == "/run/commentary"
    assert f"ssl_certificate     {of_nginx['./tls']}/fullchain.pem;" in NGINX
    assert {name for name in of_nginx if not name.startswith(".")} <= volumes
    networks = {name: set(s["networks"]) for name, s in COMPOSE["services"].items()}
    assert networks["database"] == networks["cache"] == {"inside"}
    assert COMPOSE["networks"]["inside"]["internal"] is True
    # pg_dump refuses a server that is newer.
    client = re.findall(r"postgresql-client-(\d+)", CONTAINERFILE)
    assert f"postgres:{client[0]}-" in COMPOSE["services"]["database"]["image"]


def test_the_version_of_valkeys_client_is_pinned():
    command = re.findall(r"sed -n '(.+?)' (\S+)", CONTAINERFILE)[0]
    done = subprocess.run(
        ["sed", "-n", command[0], command[1]], cwd=ROOT, capture_output=True, text=True, check=True
    )
    first, *hashes = done.stdout.split("\n")[:-1]
    assert first.startswith("redis==") and len(hashes) > 0
    assert all(line.strip().startswith("--hash=sha256:") for line in hashes)
