"""Settings of a replica: the project's own, with static files straight from the apps' folders."""

import os

from mfaproject.settings import *  # noqa: F403
from mfaproject.settings import CACHES

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
# Others may use the same server.
CACHES["default"]["KEY_PREFIX"] = os.environ["FAULTS_CACHE_PREFIX"]
