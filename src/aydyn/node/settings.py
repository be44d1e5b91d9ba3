"""Django's settings, made from the one table of settings (:mod:`aydyn.kernel.config`); no environment is read here."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from aydyn.kernel import config as _config
from aydyn.kernel import locales as _locales
from aydyn.kernel import packs as _packs
from aydyn.kernel import secrets as _secrets

AYDYN = _config.load()
_pack = _packs.load_pack(AYDYN.pack)
_package = Path(__file__).resolve().parents[1]

SECRET_KEY = _secrets.django_secret(AYDYN.keys)
DEBUG = AYDYN.debug
ALLOWED_HOSTS = AYDYN.allowed_hosts
CSRF_TRUSTED_ORIGINS = [AYDYN.site_url]
ROOT_URLCONF = "aydyn.node.urls"
WSGI_APPLICATION = "aydyn.node.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORMS_URLFIELD_ASSUME_HTTPS = False
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]  # TLS ends before the node; docs/operator says how

INSTALLED_APPS = [
    "aydyn.face",
    "aydyn.record",
    "aydyn.people",
    "aydyn.documents",
    "aydyn.cases",
    "aydyn.portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",  # the pages of passkeys use its tags
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "aydyn.node.middleware.BodySize",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "aydyn.node.middleware.Refusals",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "aydyn.face.context.page",
                "aydyn.portal.context.node",
            ]
        },
    }
]

# ---------------------------------------------------------------------------------------------- database

WAL_IS_SAFE = sqlite3.sqlite_version_info >= (3, 51, 3)
"""Older libraries can lose a committed transaction in WAL mode, which for a log that signed it is a fork."""


def _database(address: str) -> dict[str, Any]:
    if address == "sqlite":
        journal = "WAL" if WAL_IS_SAFE else "TRUNCATE"
        pragmas = f"PRAGMA journal_mode={journal}; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000; PRAGMA cache_size=-32000; PRAGMA secure_delete=ON;"
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": AYDYN.data / "aydyn.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": pragmas},
        }
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(AYDYN.database)}

# ---------------------------------------------------------------------------------------------- languages and time

LANGUAGES = [
    (code, {"tk": _("Turkmen"), "ru": _("Russian"), "en": _("English")}.get(code, code)) for code in _pack.languages
]
LANGUAGE_CODE = "en"
LOCALE_PATHS = _locales.compiled(_package / "locale", AYDYN.data / "cache" / "locale")
USE_I18N = True
USE_TZ = True
TIME_ZONE = _pack.timezone

# ---------------------------------------------------------------------------------------------- files

STATIC_URL = "/static/"
STATIC_ROOT = AYDYN.data / "cache" / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600


def _on_every_file(headers: Any, _path: str, _url: str) -> None:
    """A static file is no page: opened as one it may run and load nothing (the verify page is at /verify.html)."""
    headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'"
    headers["X-Content-Type-Options"] = "nosniff"


WHITENOISE_ADD_HEADERS_FUNCTION = _on_every_file
MEDIA_ROOT = AYDYN.files
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_TEMP_DIR = AYDYN.files / "incoming"
FILE_UPLOAD_TEMP_DIR.mkdir(parents=True, exist_ok=True)

# ---------------------------------------------------------------------------------------------- people

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "portal:mine"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_ADAPTER = "aydyn.people.accounts.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# Counted by where a visitor comes from, never by account: a limit on an account is a lock that anybody can shut.
ACCOUNT_RATE_LIMITS = {"login_failed": "30/5m/ip", "login": "60/m/ip", "signup": "60/m/ip"}
MFA_SUPPORTED_TYPES = ["webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = AYDYN.site_url.startswith("http://localhost")

# ---------------------------------------------------------------------------------------------- security

_secure = AYDYN.site_url.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
CSRF_FAILURE_VIEW = "aydyn.portal.views.errors.csrf_failed"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# ---------------------------------------------------------------------------------------------- work behind the scenes

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def _email(address: str) -> dict[str, Any]:
    if address == "files":
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(AYDYN.data / "mail"),
        }
    parts = urlsplit(address)
    return {
        "EMAIL_HOST": parts.hostname or "",
        "EMAIL_PORT": parts.port or 587,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": True,
        "EMAIL_TIMEOUT": 20,  # a server of letters that hangs must not hold up the worker
    }


globals().update(_email(AYDYN.email))
DEFAULT_FROM_EMAIL = AYDYN.email_from
SERVER_EMAIL = AYDYN.email_from

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    # No address of a visitor, no path with an access code: requests are not logged at all, only what went wrong.
    "handlers": {"stderr": {"class": "logging.StreamHandler", "stream": sys.stderr, "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security": {"level": "ERROR"},
        "django.server": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
