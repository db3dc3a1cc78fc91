"""Settings of the test run: production's, with demo secrets, over plain HTTP; a `.env` is not read."""

import os

os.environ |= {
    "ENV_FILE": "",
    "DEBUG": "0",
    "SITE_HTTPS": "0",
    "SECRET_KEY": "demo-secret-key-of-the-test-suite-0123456789-abcdefghijklmnop",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    # Nothing listens on port 9; the `tenant` fixture points tests at a real one.
    "AUTH0_DOMAIN": "localhost:9",
    "AUTH0_CLIENT_ID": "demo-web",
    "AUTH0_CLIENT_SECRET": "demo-web-secret",
    "EMAIL_URL": "memorymail://",
}

# A cache that is a server is shared by pytest's processes, and each empties its own after every test.
_worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
if os.environ.get("CACHE_URL", "").startswith("redis"):
    _server, _, _number = os.environ["CACHE_URL"].rpartition("/")
    os.environ["CACHE_URL"] = f"{_server}/{(int(_number) + int(_worker)) % 16}"

from mfaproject.settings import *  # noqa: E402, F403  # the environment comes first

# Hashed names need `collectstatic` first; a test of its own does that (tests/test_settings.py).
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Serve straight from the apps' folders, as `runserver` does.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
