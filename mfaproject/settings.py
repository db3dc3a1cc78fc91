"""Settings, read from the environment and from `.env`; `.env.example` describes each one."""

import os
from pathlib import Path

import environ

from accounts.pipeline import PIPELINE
from mfaproject import policies
from mfaproject.environment import refuse_demo_secrets, require, tenant_origin, with_redis_options
from mfaproject.logs import configure_structlog, logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()  # type: ignore[no-untyped-call]  # the library is half typed
if env_file := os.environ.get("ENV_FILE", str(BASE_DIR / ".env")):
    env.read_env(env_file)

# The site

DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str(
    "SECRET_KEY", default="demo-only-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz" if DEBUG else ""
)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_URL = env.str("SITE_URL", default="")
TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# The tenant

AUTH0_DOMAIN = env.str("AUTH0_DOMAIN", default="")
AUTH0_CLIENT_ID = env.str("AUTH0_CLIENT_ID", default="")
AUTH0_CLIENT_SECRET = env.str("AUTH0_CLIENT_SECRET", default="")
AUTH0_CLIENT_ASSERTION_KEY = env.str("AUTH0_CLIENT_ASSERTION_KEY", default="", multiline=True)
AUTH0_MGMT_DOMAIN = env.str("AUTH0_MGMT_DOMAIN", default="")
AUTH0_MGMT_CLIENT_ID = env.str("AUTH0_MGMT_CLIENT_ID", default="") or AUTH0_CLIENT_ID
AUTH0_MGMT_CLIENT_SECRET = env.str("AUTH0_MGMT_CLIENT_SECRET", default="") or AUTH0_CLIENT_SECRET
AUTH0_PROVIDER = env.str("AUTH0_PROVIDER", default="auth0")
AUTH0_ROLES_CLAIM = env.str("AUTH0_ROLES_CLAIM", default="")
AUTH0_METHODS_CLAIM = env.str("AUTH0_METHODS_CLAIM", default="https://mfaproject.example/methods")
AUTH0_STAFF_ROLE = env.str("AUTH0_STAFF_ROLE", default="support")
AUTH0_SUPERUSER_ROLE = env.str("AUTH0_SUPERUSER_ROLE", default="admin")
ACTIONS_REMEMBER_BROWSERS = env.bool("ACTIONS_REMEMBER_BROWSERS", default=True)
AUTH0_REQUIRE_VERIFIED_EMAIL = env.bool("AUTH0_REQUIRE_VERIFIED_EMAIL", default=False)

if not DEBUG:
    require(globals())
refuse_demo_secrets(globals())

# Step-up

STEP_UP_MAX_AGE = env.int("STEP_UP_MAX_AGE", default=900)
STEP_UP_PASSKEY_IS_MFA = env.bool("STEP_UP_PASSKEY_IS_MFA", default=True)
STEP_UP_RULES = env.json("STEP_UP_RULES", default=[])
# Nobody signs in to this site by a password, to its admin neither.
ACCOUNT_SECURITY_GATE_ADMIN = True

# How the pages look

ACCOUNT_SECURITY_SITE_NAME = env.str("ACCOUNT_SECURITY_SITE_NAME", default="mfaproject")
ACCOUNT_SECURITY_LOGO = env.str("ACCOUNT_SECURITY_LOGO", default="")
ACCOUNT_SECURITY_ACCENT = env.str("ACCOUNT_SECURITY_ACCENT", default="")
ACCOUNT_SECURITY_SUPPORT = env.str("ACCOUNT_SECURITY_SUPPORT", default="")
ACCOUNT_SECURITY_NEW_DEVICE_EMAIL = env.bool("ACCOUNT_SECURITY_NEW_DEVICE_EMAIL", default=False)
ACCOUNT_SECURITY_BASE_TEMPLATE = env.str("ACCOUNT_SECURITY_BASE_TEMPLATE", default="")

# How patient the site is with the tenant, and how long it believes what it read there

TENANT_CONNECT_TIMEOUT = env.float("TENANT_CONNECT_TIMEOUT", default=3)
TENANT_READ_TIMEOUT = env.float("TENANT_READ_TIMEOUT", default=5)
TENANT_REQUEST_TIMEOUT = env.float("TENANT_REQUEST_TIMEOUT", default=5)
TENANT_RETRY_BUDGET = env.float("TENANT_RETRY_BUDGET", default=2)
TENANT_POLICY_FRESH_SECONDS = env.int("TENANT_POLICY_FRESH_SECONDS", default=300)
TENANT_LOG_FRESH_SECONDS = env.int("TENANT_LOG_FRESH_SECONDS", default=60)
FACTORS_FRESH_SECONDS = env.int("FACTORS_FRESH_SECONDS", default=60)
FACTORS_KEPT_SECONDS = env.int("FACTORS_KEPT_SECONDS", default=86_400)

# What the site is made of

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "social_django",
    "csp",
    "mfaproject.users",
    "accounts",
    "enrollment",
]

MIDDLEWARE = [
    "accounts.middleware.TenantDeadlineMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "mfaproject.headers.no_copies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionListMiddleware",
    "accounts.middleware.LanguageMiddleware",
    "accounts.middleware.StepUpMiddleware",
    # Every page asks who is there, unless it says by name that it is for anybody.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "mfaproject.urls"
WSGI_APPLICATION = "mfaproject.wsgi.application"
ASGI_APPLICATION = "mfaproject.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context_processors.account_security",
            ],
        },
    },
]

# State: all that two processes share is in the database and the cache

DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers queue up instead of failing with "database is locked".
    DATABASES["default"]["OPTIONS"] = {"timeout": 20, "transaction_mode": "IMMEDIATE"}
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60), "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": with_redis_options(env.cache_url("CACHE_URL", default="locmemcache://"))}
# No copy in the cache: one that comes back after an outage brings sessions back that were ended meanwhile.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.int("SESSION_COOKIE_AGE", default=12 * 3600)
# Besides that age, which counts from the last change: unused, and altogether; 0 is no limit.
SESSION_IDLE_AGE = env.int("SESSION_IDLE_AGE", default=0)
SESSION_ABSOLUTE_AGE = env.int("SESSION_ABSOLUTE_AGE", default=0)
# Not in a cookie: messages name factors.
MESSAGE_STORAGE = "mfaproject.messages.LatestMessages"

# Email

globals().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=10)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Account security <security@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Who signs in

AUTH_USER_MODEL = "users.User"
AUTHENTICATION_BACKENDS = ["accounts.login.backend.Auth0Backend", "accounts.login.backend.PermissionsBackend"]
SOCIAL_AUTH_PIPELINE = PIPELINE
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/account/security/"
LOGOUT_REDIRECT_URL = "/"

# Words and times

LANGUAGE_CODE = "en"
# Each by its own name: whoever looks for theirs may be able to read no other.
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
USE_I18N = USE_TZ = True

# Static files

STATIC_URL = "/static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
_plain, _hashed = (
    "django.contrib.staticfiles.storage.StaticFilesStorage",
    "whitenoise.storage.CompressedManifestStaticFilesStorage",
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _plain if DEBUG else _hashed},
}

# What the browser is told

# Signing in and stepping up are forms of ours that end up at the tenant.
_tenant = [tenant_origin(AUTH0_DOMAIN)] if AUTH0_DOMAIN else []
CONTENT_SECURITY_POLICY = policies.content_security_policy(*_tenant, *env.list("CSP_FORM_ACTION", default=[]))
PERMISSIONS_POLICY = policies.PERMISSIONS_POLICY
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# HTTPS is a matter of course in production; `SITE_HTTPS=0` is for a site on this machine.
SITE_HTTPS = env.bool("SITE_HTTPS", default=not DEBUG)
SECURE_SSL_REDIRECT = SITE_HTTPS
# A probe inside the cluster speaks http to the process itself.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.bool("TRUST_X_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000) if SITE_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SITE_HTTPS

# `__Host-` ties a cookie to this very host over HTTPS. Not Strict: Auth0 sends people back from another site.
_cookie_prefix = "__Host-" if SITE_HTTPS else "mfaproject_"
SESSION_COOKIE_NAME = f"{_cookie_prefix}sessionid"
SESSION_COOKIE_SECURE = SITE_HTTPS
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = f"{_cookie_prefix}csrftoken"
CSRF_COOKIE_SECURE = SITE_HTTPS
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_NAME = f"{_cookie_prefix}language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SECURE = SITE_HTTPS
LANGUAGE_COOKIE_HTTPONLY = True

# Logging

configure_structlog()
_as_json = env.bool("LOG_JSON", default=not DEBUG)
LOGGING = logging_settings(as_json=_as_json, level=env.str("LOG_LEVEL", default="INFO"))
