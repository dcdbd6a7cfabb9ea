"""The secrets of second factors, sealed: whoever takes a copy of the database without the secret key has no codes."""

from base64 import urlsafe_b64encode

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.crypto import salted_hmac

from painpath import clock


class SealedFactors(DefaultMFAAdapter):
    """MFA_ADAPTER: what allauth would keep in clear is sealed with a key that is made from the site's secret key.

    When the secret key is changed, the old one stays in `PAINPATH_OLD_SECRET_KEY` while factors are sealed with it.
    """

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right, or has been used already. Enter the one that is shown now",
    }

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _fernet().decrypt(encrypted_text.encode("ascii")).decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: str) -> str:  # noqa: A002 the name is allauth's
        """What a passkey is called that its owner gave no name."""
        return f"Passkey of {clock.today().day} {clock.today():%B %Y}"

    def get_totp_issuer(self) -> str:
        """What the app on the phone calls the account."""
        return str(settings.SITE_NAME)


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(str(key))) for key in keys])


def _key(secret: str) -> bytes:
    return urlsafe_b64encode(salted_hmac("painpath.accounts.factors", b"", secret=secret, algorithm="sha256").digest())
