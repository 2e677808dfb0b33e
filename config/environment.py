"""Read settings from the environment. Missing or invalid settings raise a one-sentence error."""

import hashlib
import re
from collections.abc import Collection
from email.utils import getaddresses
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit
from warnings import catch_warnings
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

BOOLEANS = {"1", "true", "yes", "on", "0", "false", "no", "off", ""}
LIMITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")

# Scheme: what it says about encryption, and the usual port.
MAIL_SCHEMES: dict[str, tuple[dict[str, bool], int]] = {
    "smtp": ({}, 25),
    "smtp+tls": ({"use_tls": True}, 587),  # STARTTLS
    "smtps": ({"use_ssl": True}, 465),
    "smtp+ssl": ({"use_ssl": True}, 465),
}
MAX_FILE = 200_000  # bytes


class FileContent(bytes):
    """The bytes of a file that a setting names. It is printed as a digest, which says whether the
    file has changed.
    """

    def __repr__(self) -> str:
        return f"<{len(self)} bytes, SHA-256 {hashlib.sha256(self).hexdigest()}>"


class Env(environ.Env):
    """django-environ's reader, which raises ImproperlyConfigured for every unreadable value. `given`
    has the variables that are set.
    """

    given: ClassVar[dict[str, str]] = {}

    def get_value(
        self, var: Any, cast: Any = None, default: Any = environ.Env.NOTSET, **kw: Any
    ) -> Any:
        given = self.ENVIRON.get(var)
        if given is not None:
            self.given[var] = given
        if cast is bool and given is not None and given.strip().lower() not in BOOLEANS:
            raise ImproperlyConfigured(f"{var} is not valid: use 1 or 0.")
        try:
            return super().get_value(var, cast, default, **kw)
        except ImproperlyConfigured as error:
            raise ImproperlyConfigured(
                f"Set {var}; docs/operators/settings.md lists all settings."
            ) from error
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} is not valid: {_wanted(cast)}.") from error

    def whole(self, var: str, default: int, least: int = 0) -> int:
        """Return a whole number of at least `least`."""
        number = self.int(var, default=default)
        if number < least:
            raise ImproperlyConfigured(f"{var} is not valid: use {least} or more.")
        return number

    def key(self, var: str) -> str:
        """Return a secret that is long and varied enough for signing."""
        return strong(var, self.str(var))

    def keys(self, var: str) -> list[str]:
        return [strong(var, key) for key in self.list(var, default=[])]

    def token(self, var: str) -> str:
        """Return a secret that other programs send, "" if it is not set."""
        token = self.str(var, default="")
        if token and not re.fullmatch(r"[!-~]{16,}", token):
            raise ImproperlyConfigured(f"{var} is not valid: use at least 16 letters and digits.")
        return token

    def one_of(self, var: str, values: Collection[str], default: str) -> str:
        value = self.str(var, default=default)
        if value not in values:
            raise ImproperlyConfigured(f"{var} is not valid: use one of {', '.join(values)}.")
        return value

    def language(self, var: str, default: str) -> str:
        """Return a language tag."""
        tag = self.str(var, default=default).replace("_", "-")
        if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag):
            raise ImproperlyConfigured(f"{var} is not valid: use a language tag like pt-BR.")
        return tag

    def zone(self, var: str, default: str) -> str:
        """Return the name of a time zone."""
        name = self.str(var, default=default)
        try:
            ZoneInfo(name)
        except (ValueError, OSError, LookupError) as error:
            raise ImproperlyConfigured(
                f"{var} is not valid: use a name like Europe/Paris."
            ) from error
        return name

    def database(self, var: str, default: str) -> dict[str, Any]:
        wanted = "use postgres://user:password@host/name or sqlite:////path"
        try:
            with catch_warnings(action="ignore"):  # warnings would print the password
                database = self.db(var, default=default)
        except Exception as error:  # an invalid URL can raise anything
            raise ImproperlyConfigured(f"{var} is not valid: {wanted}.") from error
        if not database.get("ENGINE", "").endswith((".postgresql", ".sqlite3")):
            raise ImproperlyConfigured(f"{var} is not valid: {wanted}.")
        return database

    def replica(self, var: str, primary: dict[str, Any]) -> dict[str, Any] | None:
        """Return the configuration of a read replica with the limits of the primary database, or
        None if the variable is not set.
        """
        if not self.str(var, default=""):
            return None
        replica = self.database(var, default="")
        if not replica["ENGINE"].endswith("postgresql") or "sqlite3" in primary["ENGINE"]:
            raise ImproperlyConfigured(f"{var} is not valid: both databases must be PostgreSQL.")
        shared = primary["OPTIONS"] | {"target_session_attrs": "any"}
        options = shared | replica.get("OPTIONS", {})
        return primary | replica | {"ENGINE": primary["ENGINE"], "OPTIONS": options}

    def store(self, var: str, default: str) -> dict[str, Any]:
        """Return the configuration of a cache."""
        try:
            with catch_warnings(action="ignore"):
                return self.cache(var, default=default)
        except Exception as error:  # an invalid URL can raise anything
            raise ImproperlyConfigured(f"{var} is not valid: use rediscache://host/0.") from error

    def mail(self, var: str) -> dict[str, Any]:
        """Return the arguments of `get_connection` for a mail server, {} if the variable is not set."""
        url = self.str(var, default="")
        if not url:
            return {}
        wanted = "use smtp+tls://user:password@host:587, smtps://user:password@host or smtp://host"
        try:
            parts = urlsplit(url)
            security, port = MAIL_SCHEMES[parts.scheme]
            if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
                raise ValueError
            return {
                "backend": "django.core.mail.backends.smtp.EmailBackend",
                "host": parts.hostname,
                "port": parts.port or port,
                "username": unquote(parts.username or ""),
                "password": unquote(parts.password or ""),
                **security,
            }
        except (KeyError, ValueError) as error:
            raise ImproperlyConfigured(f"{var} is not valid: {wanted}.") from error

    def mail_address(self, var: str) -> str:
        """Return an e-mail address, with or without a name before it; "" if it is not set."""
        text = self.str(var, default="").strip()
        addresses = [address for _name, address in getaddresses([text])]
        if text and not (text.isprintable() and len(addresses) == 1 and is_address(addresses[0])):
            raise ImproperlyConfigured(
                f"{var} is not valid: use comments@example.org or Comments <comments@example.org>."
            )
        return text

    def mail_addresses(self, var: str) -> list[str]:
        """Return plain e-mail addresses, which are separated by commas."""
        found = [address.strip() for address in self.list(var, default=[])]
        if not all(map(is_address, found)):
            raise ImproperlyConfigured(
                f"{var} is not valid: use addresses like archive@example.org, separated by commas."
            )
        return found

    def site_url(self, var: str) -> str:
        """Return the URL of the home page without the slash at the end; "" if it is not set."""
        url = self.str(var, default="").strip().rstrip("/")
        try:
            parts = urlsplit(url)
            is_valid = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            is_valid = False
        if url and (not is_valid or url != f"{parts.scheme}://{parts.netloc}" or "@" in url):
            raise ImproperlyConfigured(f"{var} is not valid: use https://comments.example.org.")
        return url

    def file(self, var: str) -> FileContent:
        """Return the bytes of the file at this path, empty if the variable is not set."""
        path = self.str(var, default="")
        if not path:
            return FileContent()
        try:
            with open(path, "rb") as file:
                content = FileContent(file.read(MAX_FILE + 1))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "no such file"
            raise ImproperlyConfigured(f"{var} cannot be read: {path}: {why}.") from error
        if len(content) > MAX_FILE:
            raise ImproperlyConfigured(
                f"{var} is not valid: {path} is larger than {MAX_FILE:,} bytes."
            )
        return content

    def limits(self, var: str, default: str) -> dict[str, int]:
        """Parse `lock_timeout=3000,statement_timeout=5000` into a dictionary."""
        text = self.str(var, default=default)
        if not re.fullmatch(rf"(?:(?:{'|'.join(LIMITS)})=\d{{1,9}}(?:,(?!$)|$))*", text):
            example = ",".join(f"{name}=3000" for name in LIMITS)
            raise ImproperlyConfigured(f"{var} is not valid: use {example} (milliseconds).")
        pairs = (limit.split("=") for limit in text.split(",") if limit)
        return {name: int(milliseconds) for name, milliseconds in pairs}


def is_address(text: str) -> bool:
    """Return whether a text is a plain e-mail address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def strong(var: str, key: str) -> str:
    """Return the key. Raises ImproperlyConfigured if it could be guessed."""
    if len(key) < 50 or len(set(key)) < 8 or key.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            f"{var} is too weak: use at least 50 random characters, for example from "
            "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'."
        )
    return key


def _wanted(cast: Any) -> str:
    return "use a whole number" if cast is int else "see docs/operators/settings.md"
