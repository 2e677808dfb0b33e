"""All settings. Environment variables are read only here and listed in docs/operators/settings.md.

Production is the default; `DEBUG=1` is for development on your own machine.
"""

import os
import re
from importlib.util import find_spec

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from config.environment import Env
from config.languages import INTERFACE_LANGUAGES, interface_language
from config.logs import brief

env = Env()
BASE_DIR = environ.Path(__file__) - 2
VAR_DIR = env.str("VAR_DIR", default=BASE_DIR("var"))

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.key("SECRET_KEY")
SECRET_KEY_FALLBACKS = env.keys("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = [host.strip() for host in env.list("ALLOWED_HOSTS", default=[])]
if not ALLOWED_HOSTS and not DEBUG:
    raise ImproperlyConfigured(
        "Set ALLOWED_HOSTS to the host names of this site, separated by commas."
    )

# Values for editors to set in the admin. One that is set here wins; see docs/operators/theme.md.
SITE_NAME = env.str("SITE_NAME", default="")
SITE_TAGLINE = env.str("SITE_TAGLINE", default="")
SITE_LOGO = env.file("SITE_LOGO")
SITE_FAVICON = env.file("SITE_FAVICON")
SITE_ACCENT = env.str("SITE_ACCENT", default="")
SITE_SERIF = env.str("SITE_SERIF", default="")
SITE_SANS = env.str("SITE_SANS", default="")
SITE_STYLESHEET = env.file("SITE_STYLESHEET")
SITE_FOOTER_LINKS = env.str("SITE_FOOTER_LINKS", default="")
LANGUAGES = list(INTERFACE_LANGUAGES.items())
TEXT_LANGUAGE = env.language("LANGUAGE_CODE", default="en")  # of texts without one of their own
LANGUAGE_CODE = interface_language(TEXT_LANGUAGE)
LOCALE_PATHS = [BASE_DIR("commentary/locale")]
FORMAT_MODULE_PATH = "config.formats"
TIME_ZONE = env.zone("TIME_ZONE", default="UTC")
USE_TZ = True

INSTALLED_APPS = [
    "allauth.account",
    "allauth.mfa",
    "commentary",
    "config.apps.EditorsRoomConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "mptt",
]

MIDDLEWARE = [
    "commentary.monitoring.middleware.RequestLogMiddleware",
    "commentary.middleware.ProbesMiddleware",
    "commentary.middleware.OutageMiddleware",
    "commentary.middleware.StoredPagesMiddleware",  # those after it add headers to all pages
    "commentary.api.middleware.ReadApiMiddleware",
    "commentary.middleware.StrictHttpMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # adds random padding, against BREACH
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "commentary.middleware.ReadOnlyMiddleware",  # after the check of who sent the form
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "commentary.middleware.EditorLanguageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "commentary.middleware.FormerAddressMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR("templates")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commentary.context_processors.site",
            ],
        },
    },
]

# --- Database: READ COMMITTED, no ATOMIC_REQUESTS, SQLite writes begin IMMEDIATE.
_sqlite = f"sqlite:///{VAR_DIR}/commentary.sqlite3"
DATABASES = {"default": env.database("DATABASE_URL", default=_sqlite)}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("postgresql"):
    _database["CONN_MAX_AGE"] = env.whole("CONN_MAX_AGE", default=60)
    _database["CONN_HEALTH_CHECKS"] = True
    # Milliseconds. Limits for pages; manage.py sets its own.
    _database["ENGINE"] = "config.postgresql"
    _database.setdefault("OPTIONS", {})["limits"] = env.limits(
        "DATABASE_LIMITS",
        default="lock_timeout=3000,statement_timeout=4000,idle_in_transaction_session_timeout=10000",
    )
    # These and QUERY_SECONDS detect a server that is gone or hangs.
    _database["OPTIONS"] = {
        "connect_timeout": 2,  # seconds
        "tcp_user_timeout": 4_000,  # milliseconds
        "keepalives_idle": 30,  # seconds, like the next one
        "keepalives_interval": 5,
        "keepalives_count": 3,
        **_database["OPTIONS"],
    }
else:
    _database["ENGINE"] = "config.sqlite3"
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds for manage.py; pages wait for QUERY_SECONDS
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
if _replica := env.replica("DATABASE_REPLICA_URL", _database):
    DATABASES["replica"] = _replica
    DATABASE_ROUTERS = ["commentary.resilience.replica.Router"]
QUERY_SECONDS = env.float("QUERY_SECONDS", default=4.5)  # timeout of a query of a page
# Timeout of all queries of a page together.
REQUEST_SECONDS = env.float("REQUEST_SECONDS", default=10.0)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Cache of rendered pages, shared by all processes: a file or Redis. Losing it is harmless.
_cache_url = env.str("CACHE_URL", default="")
CACHES = {
    "default": env.store("CACHE_URL", default="")
    if _cache_url
    else {
        "BACKEND": "commentary.resilience.caches.FileCache",
        "LOCATION": f"{VAR_DIR}/pages.sqlite3",
        "OPTIONS": {"MAX_BYTES": env.whole("CACHE_MAX_BYTES", default=64_000_000, least=1_000_000)},
    }
}
if str(CACHES["default"]["BACKEND"]).endswith("RedisCache"):
    CACHES["default"]["BACKEND"] = "commentary.resilience.caches.RedisCache"
    if find_spec("redis") is None:
        raise ImproperlyConfigured("CACHE_URL needs the Python package redis: pip install redis.")

# --- Security. Pages contact no other hosts and need no inline scripts or styles.
_https = env.bool("HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^static/"]  # not secret, and served under any host name
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https and env.bool("HSTS_SUBDOMAINS", default=True)
# Lists of browsers accept only sites that include their subdomains.
SECURE_HSTS_PRELOAD = SECURE_HSTS_INCLUDE_SUBDOMAINS and env.bool("HSTS_PRELOAD", default=True)
if env.bool("TRUST_X_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-sessionid" if _https else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if _https else "csrftoken"
# See discussions/identity.py.
WRITER_COOKIE_NAME = "__Host-writer" if _https else "commentary_writer"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "commentary.posting.respond.csrf_failure"
SESSION_ENGINE = "config.sessions"  # also ends sessions after two hours without a request
SESSION_COOKIE_AGE = 43_200  # seconds; half a day
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {  # features that no page uses
    "accelerometer": [],
    "browsing-topics": [],
    "camera": [],
    "geolocation": [],
    "gyroscope": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = FILE_UPLOAD_MAX_MEMORY_SIZE = 262_144  # bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000  # the admin's lists send one field per selected row
DATA_UPLOAD_MAX_NUMBER_FILES = 2
PASSWORD_RESET_TIMEOUT = 3_600  # seconds
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "config.passwords.CommonPartsValidator"},
]
AUTHENTICATION_BACKENDS = ["commentary.accounts.sign_in.LimitedBackend"]
# Sign-in in steps, see docs/decisions/0035-second-factors.md. The limits are ours.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=True)
ACCOUNT_ADAPTER = "commentary.accounts.adapters.StaffAdapter"
ACCOUNT_RATE_LIMITS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_ADAPTER = "commentary.accounts.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # periods of 30 seconds by which a clock may be wrong
# Single sign-on with an OpenID Connect provider: the only outside host besides the mail server that
# this site contacts, and only if it is set.
OIDC_URL = env.str("OIDC_URL", default="").rstrip("/")
OIDC_NAME = env.str("OIDC_NAME", default="single sign-on")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="")
OIDC_CLIENT_SECRET = env.str("OIDC_CLIENT_SECRET", default="")
OIDC_SECOND_FACTOR = env.bool("OIDC_SECOND_FACTOR", default=False)
if OIDC_URL:
    if not re.fullmatch(r"https://\S+|http://(localhost|127\.0\.0\.1)(:\d+)?(/\S*)?", OIDC_URL):
        raise ImproperlyConfigured("OIDC_URL is not valid: use the https URL of the provider.")
    for _name, _value in (
        ("OIDC_CLIENT_ID", OIDC_CLIENT_ID),
        ("OIDC_CLIENT_SECRET", OIDC_CLIENT_SECRET),
    ):
        if not _value:
            raise ImproperlyConfigured(f"Set {_name} too, which OIDC_URL needs.")
    if find_spec("jwt") is None or find_spec("oauthlib") is None:
        raise ImproperlyConfigured(
            "OIDC_URL needs more Python packages: pip install 'django-allauth[socialaccount]'."
        )
    INSTALLED_APPS[:0] = [
        "allauth.socialaccount",
        "allauth.socialaccount.providers.openid_connect",
    ]
    SOCIALACCOUNT_ADAPTER = "commentary.accounts.single_sign_on.ProviderAdapter"
    SOCIALACCOUNT_LOGIN_ON_GET = True  # the policy for forms forbids redirects to other hosts
    SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "provider",
                    "name": OIDC_NAME,
                    "client_id": OIDC_CLIENT_ID,
                    "secret": OIDC_CLIENT_SECRET,
                    "settings": {"server_url": OIDC_URL},
                }
            ],
        }
    }
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"  # after signing in without a `next` parameter

# --- Static files: hashed names, compressed at build time, served by the application.
STATIC_URL = "/static/"
STATIC_ROOT = f"{VAR_DIR}/static"
STATICFILES_DIRS = [BASE_DIR("static")]
# Pictures of articles. Their originals are never served; the pages serve the copies.
MEDIA_ROOT = env.str("MEDIA_ROOT", default=f"{VAR_DIR}/media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- E-mail, sent by a worker from the outbox. Without EMAIL_URL nothing is sent and nothing queued.
EMAIL_TRANSPORT = env.mail("EMAIL_URL")
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.mail_address("EMAIL_FROM")
SITE_URL = env.site_url("SITE_URL")  # for links in mails
AUDIT_HEAD_TO = env.mail_addresses("AUDIT_HEAD_TO")  # who gets the head of the audit log daily
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
if EMAIL_TRANSPORT:
    EMAIL_BACKEND = "commentary.notifications.backend.OutboxBackend"
    for _name, _value in (("EMAIL_FROM", DEFAULT_FROM_EMAIL), ("SITE_URL", SITE_URL)):
        if not _value:
            raise ImproperlyConfigured(f"Set {_name} too, which EMAIL_URL needs.")

elif AUDIT_HEAD_TO:
    raise ImproperlyConfigured("Set EMAIL_URL too, which AUDIT_HEAD_TO needs.")

# Whether webhooks may go to addresses of private networks.
WEBHOOK_ALLOW_PRIVATE = env.bool("WEBHOOK_ALLOW_PRIVATE", default=False)

# Refuse all changes, for example on a machine that only has a replica; see resilience/read_only.py.
READ_ONLY = env.bool("READ_ONLY", default=False)

# --- Log and metrics
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "config.logs.JsonLines"},
        "text": {"()": "config.logs.TextLines"},
    },
    "filters": {
        "brief": {"()": "django.utils.log.CallbackFilter", "callback": brief},
        "in_request": {"()": "commentary.observability.events.InRequest"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": env.one_of("LOG_FORMAT", ("json", "text"), "json"),
            "filters": ["brief", "in_request"],
        }
    },
    "root": {"handlers": ["stderr"], "level": env.one_of("LOG_LEVEL", LOG_LEVELS, "INFO")},
}
METRICS_TOKEN = env.token("METRICS_TOKEN")  # for /metrics; without it nobody can read them
METRICS_DIR = f"{VAR_DIR}/metrics"  # all processes of this machine count in its files
if METRICS_TOKEN:  # read when prometheus_client is imported
    os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", METRICS_DIR)

# --- Commentary
ARTICLES_PER_PAGE = env.whole("ARTICLES_PER_PAGE", default=20, least=1)
COMMENTS_PER_PAGE = env.whole("COMMENTS_PER_PAGE", default=250, least=1)
PAGE_BYTES = env.whole("PAGE_BYTES", default=200_000, least=1)  # of comments on a page
AUTO_CLOSE_DAYS = env.whole("AUTO_CLOSE_DAYS", default=0)  # days after publication; 0 means never
EDIT_WINDOW = env.whole("EDIT_WINDOW", default=900)  # seconds in which commenters may edit
EDITS_PER_COMMENT = env.whole("EDITS_PER_COMMENT", default=100)  # by its commenter
POSTS_PER_MINUTE = env.whole("POSTS_PER_MINUTE", default=5)  # from one network
POSTS_PER_HOUR = env.whole("POSTS_PER_HOUR", default=30)  # from one network
ARTICLE_POSTS_PER_MINUTE = env.whole("ARTICLE_POSTS_PER_MINUTE", default=60)
SITE_POSTS_PER_MINUTE = env.whole("SITE_POSTS_PER_MINUTE", default=300)
QUEUE_MAX = env.whole("QUEUE_MAX", default=10_000)  # pending comments
# Proxies in front of the site, each adding to X-Forwarded-For.
TRUSTED_PROXIES = env.whole("TRUSTED_PROXIES", default=0)
PUBLIC_AUDIT = env.bool("PUBLIC_AUDIT", default=True)  # whether the moderation log is public
PUBLIC_HISTORY = env.bool("PUBLIC_HISTORY", default=True)  # whether readers see earlier wordings
FORM_LEAST_AGE, FORM_MOST_AGE = 2, 86_400  # seconds between loading and submitting a form
COMMENT_MAX_DEPTH = env.whole("COMMENT_MAX_DEPTH", default=200)  # of a new reply; roots are 0
IMPORT_MAX_BYTES = env.whole("IMPORT_MAX_BYTES", default=50_000_000)  # for text captures
IMPORT_DRAFT_BELOW = env.whole("IMPORT_DRAFT_BELOW", default=85)  # percent of confidence
