"""Words that must not stand in the database in clear: sealed with a key that is made from the secret key of the site.

Used for a one-time code until it has left, and for a batch until it has been posted. Whoever takes the database, or a
copy of it, without the secret key gets nothing. Fernet (AES-128-CBC with HMAC-SHA256) is from `cryptography`. When the
secret key is changed, name the old one in `PAINPATH_OLD_SECRET_KEY` for as long as sealed things wait.
"""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

from painpath.letters.errors import LetterError


def seal(content: bytes) -> bytes:
    """The content, sealed: ASCII."""
    return _fernet().encrypt(content)


def unseal(sealed: bytes) -> bytes:
    """What was sealed. Raises LetterError when the secret key is no longer the one it was sealed with."""
    try:
        return _fernet().decrypt(sealed)
    except InvalidToken:
        raise LetterError(
            "This was sealed with another secret key and cannot be opened any more. Make it again."
        ) from None


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(str(key))) for key in keys])


def _key(secret: str) -> bytes:
    return urlsafe_b64encode(salted_hmac("painpath.letters.sealing", b"", secret=secret, algorithm="sha256").digest())
