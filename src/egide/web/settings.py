"""Django's settings, all of them drawn from the one table of `egide.settings`.

Nothing here has a second name in the environment, and no secret has a default.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

from egide.settings import SettingError, load

HERE = Path(__file__).resolve().parent
EGIDE = load()

_LIBPQ_TO_DJANGO = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}


def database(url: str, session: str = "", pooled: int = 0) -> dict[str, Any]:
    """Django's description of a libpq URL; the rest goes to OPTIONS. Raises psycopg.Error.

    `session`: settings of PostgreSQL for each connection, as `-c name=value`. `pooled`: so many connections at most are
    kept for whoever asks next, 0 for one a time that is closed after it (decision 27).
    """
    row: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 0,  # a thread has a connection for a request, then the pool or nobody
        "CONN_HEALTH_CHECKS": True,  # one that died with PostgreSQL is not handed out
        "ATOMIC_REQUESTS": True,  # a view that fails is undone; what it read is still in the trail
        # A page that hangs inside a transaction may hold the end of the log: PostgreSQL ends it, so that no SOS waits.
        "OPTIONS": {
            "application_name": "egide web",
            "options": "-c idle_in_transaction_session_timeout=5000 -c lock_timeout=5000",
            # What is asked again and again is planned once a connection: behind the second wall planning is half the work.
            "server_side_binding": True,
            "prepare_threshold": 3,
        },
    }
    if pooled:
        row["OPTIONS"]["pool"] = {
            "min_size": 1,
            "max_size": pooled,
            "timeout": 5,  # seconds a request waits for its turn; as long as for a lock
            "reconnect_timeout": 4,  # then nobody tries until somebody asks: no long pause after a long outage
        }
    for key, value in conninfo_to_dict(url).items():
        if key in _LIBPQ_TO_DJANGO:
            row[_LIBPQ_TO_DJANGO[key]] = value
        else:
            row["OPTIONS"][key] = value
    if session:
        row["OPTIONS"]["options"] = f"{row['OPTIONS'].get('options', '')} {session}".strip()
    return row


def second_factor(said: str, secure: bool) -> bool:
    """Must everybody have a second factor? Where nothing is said: in a service, and not in a demo on localhost."""
    if said not in ("", "true", "false"):
        raise SettingError(f"EGIDE_WEB_SECOND_FACTOR={said!r}: write true or false, or leave it empty.")
    return secure if said == "" else said == "true"


SECRET_KEY = EGIDE.text("EGIDE_SECRET_KEY")
SECRET_KEY_FALLBACKS = EGIDE.text("EGIDE_SECRET_KEY_FALLBACKS").split()
if any(len(key) < 50 for key in (SECRET_KEY, *SECRET_KEY_FALLBACKS)):
    raise ValueError("EGIDE_SECRET_KEY or one of its fallbacks is too short: write at least 50 random characters.")

DEBUG = False
SECURE = EGIDE.flag("EGIDE_WEB_SECURE")
SECOND_FACTOR = second_factor(EGIDE.text("EGIDE_WEB_SECOND_FACTOR"), SECURE)
FRESH_S = EGIDE.number("EGIDE_WEB_FRESH_S")
ALLOWED_HOSTS = [name.strip() for name in EGIDE.text("EGIDE_WEB_HOSTNAMES").split(",") if name.strip()]

# Management commands own the tables and see the whole file; the web process acts as a role that owns nothing and sees
# what the person signed in may see (egide.web.asgi takes SERVED; docs/security.md).
_URL = EGIDE.text("EGIDE_DATABASE_URL")
DATABASES: dict[str, dict[str, Any]] = {"default": database(_URL, "-c egide.system=on")} if _URL else {}
_WEB_URL = EGIDE.text("EGIDE_WEB_DATABASE_URL") or _URL
SERVED: dict[str, dict[str, Any]] = (
    {"default": database(_WEB_URL, "-c role=egide_app", EGIDE.number("EGIDE_WEB_CONNECTIONS"))} if _WEB_URL else {}
)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "allauth.account",
    "allauth.mfa",
    "egide.web.accounts",
    "egide.web.people",
    "egide.web.registry",
    "egide.web.measures",
    "egide.web.agencies",
    "egide.web.cases",
    "egide.web.tasks",
    "egide.web.danger",
    "egide.web.documents",
    "egide.web.audit",
    "egide.web.permissions",
    "egide.web.console",
    "egide.web.file",
    "egide.web.outbox",
    "egide.web.police",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "egide.web.headers.SecurityHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "egide.web.language.ChosenLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "egide.web.accounts.middleware.Accounts",
    "egide.web.audit.middleware.OneTransaction",  # last: its transaction holds the view and nothing of the others
]

ROOT_URLCONF = "egide.web.urls"
ASGI_APPLICATION = "egide.web.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

# Second factors: allauth keeps them and knows the ceremonies. None of its addresses is mounted, so nothing here opens a
# sign-up, an e-mail or a reset; what slows guessing down is accounts/throttle.py, not its cache (decision 26).
MFA_ADAPTER = "egide.web.accounts.factors.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # one code before and one after: clocks of phones
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]  # ours: no library serves its own
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "egide.web.static_files.HashedStorage"},
}

# Secure by EGIDE_WEB_SECURE: off only for a demo on localhost.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_NAME = "egide_session"
SESSION_COOKIE_AGE = 12 * 3600  # one long shift
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_USE_SESSIONS = False
CSRF_COOKIE_HTTPONLY = False  # the console reads the token from the page, forms from their own field
CSRF_FAILURE_VIEW = "egide.web.accounts.views.forged"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]  # asked from the inside, beside the proxy
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # of the fields of a form; a file has its own most (people/picture.py)
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["egide.web.uploads.InMemory"]

# Nothing about a person goes into a log: request lines hold addresses, so only failures are written.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "egide.web.log_lines.Line", "format": "%(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False},
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "egide": {"handlers": ["console"], "level": "INFO"},
    },
}
