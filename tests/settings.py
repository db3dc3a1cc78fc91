"""Settings of the test run: the project's own, with demo secrets and no host to depend on."""

import os

os.environ.setdefault("DEBUG", "0")
os.environ.setdefault("SECRET_KEY", "demo-secret-key-of-the-test-suite-0123456789-abcdefghijklmnop")
os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1,testserver")
os.environ.setdefault("AUTH0_DOMAIN", "localhost:9")
os.environ.setdefault("AUTH0_CLIENT_ID", "demo-web-client")
os.environ.setdefault("AUTH0_CLIENT_SECRET", "demo-web-client-secret")
os.environ.setdefault("EMAIL_URL", "memorymail://")

from mfaproject.settings import *  # noqa: F403
