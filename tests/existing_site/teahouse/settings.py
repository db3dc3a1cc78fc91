"""The tea house's settings; what is added for account security stands at the end."""

import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "the-tea-house-keeps-its-own-secret-0123456789-abcdefghijklmnop"
DEBUG = True
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]

INSTALLED_APPS = [
    "teahouse.apps.BackOfficeConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "social_django",
    "members",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "teahouse.urls"
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
            ],
        },
    },
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": BASE_DIR / "db.sqlite3",
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
    },
}
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = BASE_DIR / "mail"
STATIC_URL = "static/"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

AUTH_USER_MODEL = "members.Member"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = [
    "social_core.backends.auth0.Auth0OAuth2",
    "django.contrib.auth.backends.ModelBackend",
]
SOCIAL_AUTH_AUTH0_DOMAIN = os.environ["AUTH0_DOMAIN"]
SOCIAL_AUTH_AUTH0_KEY = os.environ["AUTH0_CLIENT_ID"]
SOCIAL_AUTH_AUTH0_SECRET = os.environ["AUTH0_CLIENT_SECRET"]
SOCIAL_AUTH_AUTH0_SCOPE = ["openid", "profile", "email"]

# Account security
from accounts.pipeline import PIPELINE

INSTALLED_APPS += ["accounts", "enrollment"]
MIDDLEWARE.insert(0, "accounts.middleware.TenantDeadlineMiddleware")
MIDDLEWARE += ["accounts.middleware.SessionListMiddleware", "accounts.middleware.StepUpMiddleware"]
TEMPLATES[0]["OPTIONS"]["context_processors"].append("accounts.context_processors.account_security")
AUTHENTICATION_BACKENDS[0] = "accounts.login.backend.Auth0Backend"
SOCIAL_AUTH_AUTH0_PIPELINE = PIPELINE
AUTH0_DOMAIN = SOCIAL_AUTH_AUTH0_DOMAIN
AUTH0_CLIENT_ID = SOCIAL_AUTH_AUTH0_KEY
AUTH0_CLIENT_SECRET = SOCIAL_AUTH_AUTH0_SECRET
AUTH0_MGMT_CLIENT_ID = os.environ["AUTH0_MGMT_CLIENT_ID"]
AUTH0_MGMT_CLIENT_SECRET = os.environ["AUTH0_MGMT_CLIENT_SECRET"]
ACCOUNT_SECURITY_BASE_TEMPLATE = "base.html"
