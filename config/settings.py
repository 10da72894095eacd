"""All settings, in one file. Each comes from the environment; a wrong value stops the start."""

import logging
import os
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env, EnvError, validate
from kombu.transport import TRANSPORT_ALIASES

from config import embedded

os.environ.setdefault(
    "OPENBLAS_NUM_THREADS", "1"
)  # our matrices are small: threads made the audit eight times slower

ROOT = Path(__file__).resolve().parent.parent
VAR = embedded.VAR
MAIL_PROVIDERS: tuple[str, ...] = (
    "amazon_ses",
    "brevo",
    "mailersend",
    "mailgun",
    "mailjet",
    "mandrill",
    "postal",
    "postmark",
)
MAIL_PROVIDERS += ("resend", "sendgrid", "sparkpost")
VERSION = re.search(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)[1]  # type: ignore[index]  # a changelog without a version is a broken checkout

env = Env()


def read(reader: str, name: str, default: Any = None, **options: Any) -> Any:
    """One variable; a wrong value becomes a sentence that names it."""
    try:
        return getattr(env, reader)(name, default, **options)
    except EnvError as error:
        message = f"{name} has a wrong value: {error}. Every variable is described in docs/operations.md."
        raise ImproperlyConfigured(message) from error


def demanded(name: str, file: str) -> str:
    """A secret: demanded in production, made once under var/ for a local site."""
    value: str = read("str", name, "")
    if value:
        return value
    if MODE == "production":
        message = f"{name} is not set and production does not make one up. See docs/operations.md."
        raise ImproperlyConfigured(message)
    return embedded.local_secret(file)


# --- Where we are -----------------------------------------------------------------------------------
MODE: str = read("str", "LATITUDE_MODE", "local", validate=validate.OneOf(["local", "production", "test"]))
PRODUCTION = MODE == "production"
DEBUG = False
SECRET_KEY = demanded("SECRET_KEY", "secret_key")
SITE_URL: str = read("str", "LATITUDE_SITE_URL", "http://localhost:8000").rstrip("/")
if urlsplit(SITE_URL).scheme not in {"http", "https"} or not urlsplit(SITE_URL).hostname:
    raise ImproperlyConfigured(
        f"LATITUDE_SITE_URL is {SITE_URL!r}; expected an address like https://survey.example.org."
    )
if PRODUCTION and urlsplit(SITE_URL).scheme != "https":
    raise ImproperlyConfigured(f"LATITUDE_SITE_URL is {SITE_URL!r}; production is served over https only.")
ALLOWED_HOSTS: list[str] = (
    [str(urlsplit(SITE_URL).hostname)] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)

# --- The key that seals ballot boxes: never in the database, never in its backups ---------------------
MASTER_KEY: str = read("str", "LATITUDE_MASTER_KEY", "")
MASTER_KEY_FILE: str = read("str", "LATITUDE_MASTER_KEY_FILE", "")
if MASTER_KEY and MASTER_KEY_FILE:
    raise ImproperlyConfigured("Set LATITUDE_MASTER_KEY or LATITUDE_MASTER_KEY_FILE, not both.")
if MASTER_KEY_FILE:
    if not Path(MASTER_KEY_FILE).is_file():
        raise ImproperlyConfigured(f"LATITUDE_MASTER_KEY_FILE is {MASTER_KEY_FILE!r}; there is no such file.")
    MASTER_KEY = Path(MASTER_KEY_FILE).read_text("utf-8").strip()
if not MASTER_KEY:
    MASTER_KEY = demanded("LATITUDE_MASTER_KEY", "master_key")
MASTER_KEY_OLD: str = read(
    "str", "LATITUDE_MASTER_KEY_OLD", ""
)  # only while `rotate_master_key` is under way

# --- Database and broker: one PostgreSQL, unless told otherwise ---------------------------------------
DATABASE_URL: str = read("str", "DATABASE_URL", "")
try:
    _database = dj_database_url.parse(DATABASE_URL) if DATABASE_URL else embedded.database(MODE)
except (ValueError, dj_database_url.UnknownSchemeError) as error:
    raise ImproperlyConfigured(f"DATABASE_URL has a wrong value: {error}") from error
if _database["ENGINE"] != "django.db.backends.postgresql":
    raise ImproperlyConfigured(
        "DATABASE_URL must begin with postgresql://; Latitude runs on PostgreSQL only."
    )
DATABASES = {
    "default": {
        **_database,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": read("int", "LATITUDE_CONNECTION_AGE", 60, validate=validate.Range(min=0)),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CELERY_BROKER_URL: str = read("str", "CELERY_BROKER_URL", "")
if CELERY_BROKER_URL and urlsplit(CELERY_BROKER_URL).scheme not in TRANSPORT_ALIASES:
    raise ImproperlyConfigured(
        f"CELERY_BROKER_URL begins with {CELERY_BROKER_URL.partition(':')[0]!r}; expected an address like"
        " amqp://user:password@host/vhost, redis://host/0 or pgmq://user:password@host/database."
    )
BEAT_SECONDS: int = read("int", "LATITUDE_BEAT_SECONDS", 10, validate=validate.Range(min=1, max=3600))

# --- The application ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.Config",
    "assessment.apps.AssessmentConfig",
    "surveys.apps.SurveysConfig",
    "crispy_forms",
    "crispy_bootstrap5",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "anymail",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "surveys.views.respondents_first.RespondentsFirst",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "surveys.views.second_factor.SecondFactorFirst",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = ["bootstrap5", "latitude"]
CRISPY_TEMPLATE_PACK = "latitude"
CRISPY_FAIL_SILENTLY = False

AUTH_USER_MODEL = "surveys.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"

# --- Signing in: e-mail code or password, then a second factor; passkeys are both -----------------------
SIGN_UP: bool = read("bool", "LATITUDE_SIGN_UP", not PRODUCTION)
SECRET_KEY_FALLBACKS: list[str] = read("list", "SECRET_KEY_FALLBACKS", [])
DEFAULT_FROM_EMAIL: str = read("str", "LATITUDE_MAIL_FROM", "latitude@localhost")
ACCOUNT_ADAPTER = "surveys.signing_in.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "surveys.names.NameForm"
ACCOUNT_FORMS = {
    "login": "surveys.account_forms.SignInForm",
    "signup": "surveys.account_forms.SignUpForm",
    "request_login_code": "surveys.account_forms.CodeForm",
    "confirm_login_code": "surveys.account_forms.EnterCodeForm",
    "confirm_email_verification_code": "surveys.account_forms.VerifyForm",
    "reset_password": "surveys.account_forms.ForgottenForm",
    "reauthenticate": "surveys.account_forms.ConfirmForm",
}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # whoever types an address gets no mail out of us for it
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = urlsplit(SITE_URL).scheme
ACCOUNT_RATE_LIMITS = {  # per account; an address is looked at for none, nor kept
    "login": None,
    "signup": None,
    "login_failed": "5/5m/key",
    "request_login_code": "3/m/key",
    "reset_password": "3/m/key",
    "reset_password_from_key": None,
}
MFA_ADAPTER = "surveys.signing_in.MFAAdapter"
MFA_FORMS = {
    "authenticate": "surveys.account_forms.SecondFactorForm",
    "activate_totp": "surveys.account_forms.AppForm",
    "add_webauthn": "surveys.account_forms.PasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = MFA_PASSKEY_SIGNUP_ENABLED = True
MFA_TOTP_ISSUER = "Latitude"
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = {"webauthn_login": None}
CACHES = {  # limits and spent codes, for all web processes together
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "surveys_cache"}
}

# --- Mail: a server of one's own, or a provider ---------------------------------------------------------
MAIL_PROVIDER: str = read("str", "LATITUDE_MAIL_PROVIDER", "", validate=validate.OneOf(["", *MAIL_PROVIDERS]))
ANYMAIL: dict[str, Any] = read("json", "LATITUDE_MAIL_PROVIDER_SETTINGS", {})
EMAIL_HOST: str = read("str", "LATITUDE_MAIL_HOST", "")
EMAIL_PORT: int = read("int", "LATITUDE_MAIL_PORT", 25, validate=validate.Range(min=1, max=65535))
EMAIL_HOST_USER: str = read("str", "LATITUDE_MAIL_USER", "")
EMAIL_HOST_PASSWORD: str = read("str", "LATITUDE_MAIL_PASSWORD", "")
_mail_security: str = read(
    "str", "LATITUDE_MAIL_SECURITY", "none", validate=validate.OneOf(["none", "starttls", "tls"])
)
EMAIL_USE_TLS, EMAIL_USE_SSL = _mail_security == "starttls", _mail_security == "tls"
EMAIL_TIMEOUT = 20
MAIL_PER_MINUTE: int = read("int", "LATITUDE_MAIL_PER_MINUTE", 600, validate=validate.Range(min=1))
TEXTS_PER_MINUTE: int = read("int", "LATITUDE_TEXTS_PER_MINUTE", 600, validate=validate.Range(min=1))
GATEWAYS_INSIDE: bool = read("bool", "LATITUDE_GATEWAYS_INSIDE", default=False)
if MAIL_PROVIDER and EMAIL_HOST:
    raise ImproperlyConfigured("Set LATITUDE_MAIL_PROVIDER or LATITUDE_MAIL_HOST, not both.")
if MAIL_PROVIDER:
    EMAIL_BACKEND = f"anymail.backends.{MAIL_PROVIDER}.EmailBackend"
elif MODE == "local" and not EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"  # in the window that runs the site
EMAIL_HOST = EMAIL_HOST or "localhost"

# --- Language and time: the server thinks in UTC, pages in the organization's zone ---------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]  # of the workspace and of reports
RESPONDENT_LANGUAGES = ("en", "es", "fr", "de", "pt", "pl", "ar", "zh-hans", "hi", "tl")
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Files --------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if MODE == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Security -----------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = PRODUCTION
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
CSRF_COOKIE_HTTPONLY = True
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = (
    "same-origin"  # "no-referrer" would make forms send "Origin: null"; respondent pages send none
)
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 400

# --- Logs: nothing of a respondent's request, see docs/privacy.md --------------------------------------
LOG_LEVEL: int = read("log_level", "LATITUDE_LOG_LEVEL", logging.WARNING)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"discreet": {"()": "config.logs.Discreet"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["discreet"]}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Below INFO these write out task arguments, and below it Django writes out queries with their values.
    "loggers": {
        **{name: {"level": max(LOG_LEVEL, logging.INFO)} for name in ("celery", "kombu", "django.db")},
        "django": {"handlers": [], "level": LOG_LEVEL},  # Django's own would mail whole requests to ADMINS
    },
}
