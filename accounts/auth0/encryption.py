"""Encrypts text at rest in cache, session or database, with keys derived from SECRET_KEY."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# Keeps these keys apart from whatever else is derived from SECRET_KEY.
PURPOSE = b"accounts.auth0.encryption"


def encrypt(text: str) -> str:
    return _fernet().encrypt(text.encode()).decode()


def decrypt(token: str) -> str | None:
    """Open what `encrypt` made; None when it was tampered with, or made with a key that is gone."""
    try:
        return _fernet().decrypt(token.encode()).decode()
    except (InvalidToken, UnicodeError):
        return None


def renew(token: str) -> str | None:
    """Return it as the newest key encrypts: as it is where that key opens it, None where none does."""
    try:
        Fernet(_key(settings.SECRET_KEY)).decrypt(token.encode())
    except (InvalidToken, UnicodeError):
        text = decrypt(token)
        return None if text is None else encrypt(text)
    return token


def _fernet() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_key(secret)) for secret in secrets])


def _key(secret: str) -> bytes:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
