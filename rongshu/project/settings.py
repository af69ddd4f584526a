"""Django settings, wholly derived from the environment (see project/environment.py)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import dj_database_url

from rongshu.project import environment

DATA_FOLDER = environment.data_folder()
SECRET_KEY = environment.secret_key(DATA_FOLDER)
DEBUG = environment.is_on("RONGSHU_DEBUG")
DEMONSTRATION = environment.is_on("RONGSHU_DEMO")
# The flow of pieces and batches where nobody has said another (rongshu/newsroom/queries/flows.py).
REVIEW_FLOW = environment.read("RONGSHU_REVIEW") or ("single" if DEMONSTRATION else "three-reviews")
LINK_CHECK = environment.is_on("RONGSHU_LINK_CHECK")
LINK_CHECK_HOSTS = frozenset(filter(None, environment.read("RONGSHU_LINK_CHECK_HOSTS").split(",")))
CONTACT_MAIL = environment.read("RONGSHU_CONTACT_MAIL")
ALLOWED_HOSTS = environment.read("RONGSHU_HOSTS").split(",")

STORE_FOLDER = Path(environment.read("STORAGE_URL").removeprefix("file://") or DATA_FOLDER / "store")
SEARCH_URL = environment.read("SEARCH_URL")
SEARCH_SEMANTIC = environment.is_on("RONGSHU_SEARCH_SEMANTIC")
FEDERATION_KEY = environment.read("RONGSHU_FEDERATION_KEY")
SEARCH_FOLDER = DATA_FOLDER / "search"
PUBLISHED_FOLDER = DATA_FOLDER / "www"
MANIFEST_FOLDER = DATA_FOLDER / "manifests"
LOG_FOLDER = DATA_FOLDER / "log"
AUDIT_FOLDER = DATA_FOLDER / "audit"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rongshu.foundation",
    "rongshu.organizations",
    "rongshu.accounts",
    "rongshu.console",
    "rongshu.library",
    "rongshu.sites",
    "rongshu.publishing",
    "rongshu.search",
    "rongshu.inspection",
    "rongshu.newsroom",
    "rongshu.intake",
    "rongshu.federation",
    "rongshu.project",
]


def _database() -> dict[str, Any]:
    url = environment.read("DATABASE_URL") or f"sqlite:///{DATA_FOLDER / 'rongshu.sqlite3'}"
    database: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))
    if database["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE: with the default, five writers lost 1,604 of 2,000 transactions to "database is locked".
        database["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-32000;"
            " PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=8000;",
        }
    else:
        # Pages ask short questions with long lists of ids: compiling such a plan takes longer than its run.
        # What foundation/planned.py asks is planned at the second time.
        given = {"prepare_threshold": 1, **database.get("OPTIONS", {})}
        database["OPTIONS"] = {**given, "options": "-c jit=off"}
    return database


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "rongshu_accounts.Account"
AUTHENTICATION_BACKENDS = ["rongshu.accounts.backends.RealmBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]

# Each process serves one listener (project/listeners.py); until told otherwise, the public one.
PUBLIC_LISTENER: dict[str, Any] = {
    "ROOT_URLCONF": "rongshu.project.urls_public",
    "SESSION_COOKIE_NAME": "rongshu_public_session",
    "CSRF_COOKIE_NAME": "rongshu_public_csrf",
    "ACCOUNT_REALM": "public",
    # A public host is whatever site it names: responder and views answer 404 for a host without a site.
    "ALLOWED_HOSTS": ["*"],
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "rongshu.project.security_headers.security_headers",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        # Without sessions it does nothing, but allauth insists on it in every process.
        "allauth.account.middleware.AccountMiddleware",
    ],
}
CONSOLE_LISTENER: dict[str, Any] = {
    "ROOT_URLCONF": "rongshu.project.urls_console",
    "SESSION_COOKIE_NAME": "rongshu_console_session",
    "CSRF_COOKIE_NAME": "rongshu_console_csrf",
    "ACCOUNT_REALM": "staff",
    "MIDDLEWARE": [
        "rongshu.accounts.web.proxies.behind_proxies",
        "django.middleware.security.SecurityMiddleware",
        "rongshu.project.security_headers.security_headers",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django_htmx.middleware.HtmxMiddleware",
        "allauth.account.middleware.AccountMiddleware",
        "rongshu.accounts.web.gate.staff_gate",
        "rongshu.console.web.reading.read_at_once",
        "rongshu.console.web.errors.PresentErrors",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
}
# Persons are known by name, never by mail address; accounts are opened by administrators only.
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login_name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "rongshu.accounts.web.adapters.StaffAccountAdapter"
ACCOUNT_LOGIN_TIMEOUT = 600
LOGIN_REDIRECT_URL = "/"
MFA_ADAPTER = "rongshu.accounts.web.adapters.StaffMFAAdapter"
MFA_TOTP_TOLERANCE = 1
TRUSTED_PROXIES = frozenset(filter(None, environment.read("RONGSHU_TRUSTED_PROXIES").split(",")))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]

ROOT_URLCONF = PUBLIC_LISTENER["ROOT_URLCONF"]
MIDDLEWARE = PUBLIC_LISTENER["MIDDLEWARE"]
ACCOUNT_REALM = PUBLIC_LISTENER["ACCOUNT_REALM"]
SESSION_COOKIE_SAMESITE = "Lax"
# The rules end sessions sooner (accounts/sign_in_rules.py); this is when what is left of them is swept away.
SESSION_COOKIE_AGE = 24 * 60 * 60
CSRF_COOKIE_HTTPONLY = False
CSRF_FAILURE_VIEW = "rongshu.console.web.errors.refuse_forged"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Bootstrap calls danger what Django calls error.
MESSAGE_TAGS = {40: "danger"}
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "rongshu.console.frame.frame",
            ]
        },
    },
]
STATIC_URL = "/-/static/"

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# An account's login name is unique within its realm, not alone; the sign-in backends know that.
SILENCED_SYSTEM_CHECKS = ["auth.E003", "auth.W004"]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
LOGGING_CONFIG = None
