"""A person signs in to e-RS: OpenID Connect with PKCE, by `authlib`; the identity that comes back is checked here.

Who may do what in e-RS is e-RS's to say: that the sign-in was strong enough, and which roles it brings, is asked there.
"""

import secrets
from dataclasses import dataclass, replace

import jwt
import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from painpath.exchange.ers.errors import Trouble
from painpath.exchange.ers.site import Site
from painpath.exchange.ers.tokens import REFUSED, SILENT, Tokens, for_person
from painpath.exchange.ers.waiting import release

SCOPE = "openid profile"
BROKEN_OFF = (
    "The NHS sign-in was broken off, or does not let you in. Sign in to e-RS again. If it stays so, ask who looks "
    "after your smartcard, and use e-RS by hand until then."
)
NOT_BEGUN = "This sign-in to e-RS was not begun here, or it has ended. Sign in to e-RS again."
_BUSY = ("temporarily_unavailable", "server_error")
"""Errors by which a sign-in says that it does not work just now (RFC 6749, 4.1.2.1)."""
SKEW = 10
"""Seconds by which the clocks of two servers may differ."""
ALGORITHMS = ("RS256", "RS512")


@dataclass(frozen=True)
class Begun:
    """A sign-in under way: where the person goes, and what must come back with them."""

    address: str
    state: str
    nonce: str
    verifier: str


def begin(site: Site, *, back_to: str) -> Begun:
    """Where somebody signs in; they come back to `back_to` with a code."""
    nonce, verifier, state = secrets.token_urlsafe(32), secrets.token_urlsafe(64), secrets.token_urlsafe(32)
    address, _ = _session(site, back_to).create_authorization_url(
        site.sign_in_url, state=state, nonce=nonce, code_verifier=verifier
    )
    return Begun(address, state, nonce, verifier)


def refused(error: str) -> Trouble:
    """What the sign-in means by sending somebody back with this error."""
    return Trouble(SILENT, "later") if error in _BUSY else Trouble(BROKEN_OFF, "sign_in")


def finish(site: Site, begun: Begun, *, state: str, code: str, back_to: str) -> Tokens:
    """The tokens of somebody who has come back. Raises Trouble with a sentence when anything is not as it was begun."""
    if not code or not secrets.compare_digest(state.encode(), begun.state.encode()):
        raise Trouble(NOT_BEGUN, "sign_in")
    release()
    try:
        given = _session(site, back_to).fetch_token(
            site.sign_in_token_url, code=code, code_verifier=begun.verifier, timeout=site.timeout, allow_redirects=False
        )
    except (AuthlibBaseError, ValueError, requests.HTTPError):  # first: these of `requests` are answers, if odd ones
        raise Trouble(REFUSED, "sign_in") from None
    except requests.RequestException:
        raise Trouble(SILENT, "later") from None
    identity = str(given.get("id_token") or "")
    subject = _check(site, identity, begun.nonce)
    return replace(for_person(site, identity), subject=subject)


def _session(site: Site, back_to: str) -> OAuth2Session:
    session = OAuth2Session(
        site.client_id, site.client_secret, scope=SCOPE, redirect_uri=back_to, code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_post",  # noqa: S106 the name of a way
    )  # fmt: skip
    session.register_compliance_hook("access_token_response", _check_busy)
    return session


def _check_busy(got: requests.Response) -> requests.Response:
    if got.status_code >= 500 or got.status_code in (408, 429):
        raise Trouble(SILENT, "later", got.status_code)
    return got


def _check(site: Site, identity: str, nonce: str) -> str:
    """Whose identity it is (`sub`), if it was made for us, by whom it should be, for this sign-in, with their key."""
    try:
        if jwt.get_unverified_header(identity).get("alg") not in ALGORITHMS:
            raise Trouble(REFUSED, "sign_in")
        keys = jwt.PyJWKClient(site.sign_in_keys_url, timeout=int(site.timeout) or 1, cache_keys=False)
        key = keys.get_signing_key_from_jwt(identity)
        claims = jwt.decode(
            identity, key.key, algorithms=ALGORITHMS, audience=site.client_id, issuer=site.sign_in_issuer, leeway=SKEW,
            options={"require": ["exp", "iat", "aud", "iss", "sub", "nonce"]},
        )  # fmt: skip
    except (jwt.PyJWKClientConnectionError, OSError):
        raise Trouble(SILENT, "later") from None
    except (jwt.PyJWTError, ValueError, RecursionError):  # a page of keys that is no JSON is a ValueError
        raise Trouble(REFUSED, "sign_in") from None
    if not secrets.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise Trouble(REFUSED, "sign_in")
    return str(claims["sub"])[:100]
