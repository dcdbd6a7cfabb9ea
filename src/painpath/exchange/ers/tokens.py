"""Tokens of the NHS platform: by a statement that we sign (JWT, RS512), for the application or for a person's sign-in.

The platform wants `iss` = `sub` = our API key, `aud` the token address, a `jti` that was not used before, `exp` at most
five minutes ahead, and `kid` as registered. A token is held no longer than it says; that of a person no longer than
their session. None is ever logged.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import jwt
import requests

from painpath import clock
from painpath.exchange.ers.errors import Trouble
from painpath.exchange.ers.site import Site
from painpath.exchange.ers.waiting import release

STATEMENT = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 the name of a kind, no token
LIFE = 240
"""Seconds that a statement of ours holds: below the five minutes that the platform allows."""
MARGIN = 15
"""Seconds before its end that a token is no longer used: a call takes time too."""
REFUSED = "The NHS sign-in did not let you in. Sign in to e-RS again; if it stays so, tell whoever runs this site."
SILENT = "The NHS sign-in did not answer. Try again in a few minutes, or use e-RS by hand."


@dataclass(frozen=True, repr=False)
class Tokens:
    """What opens e-RS, until `ends` (seconds since 1970). `refresh` gets a new one; empty for the application."""

    access: str
    ends: float
    refresh: str = ""
    subject: str = ""
    """Who it is to the NHS sign-in (`sub`); empty for the application."""

    @property
    def is_over(self) -> bool:
        return clock.now().timestamp() > self.ends - MARGIN


def statement(site: Site) -> str:
    """A statement of who we are, signed, to be used once."""
    now = int(clock.now().timestamp())
    claims = {
        "iss": site.api_key, "sub": site.api_key, "aud": site.token_url, "jti": str(uuid.uuid4()), "exp": now + LIFE,
    }  # fmt: skip
    return jwt.encode(claims, Path(site.key).read_text(), algorithm="RS512", headers={"kid": site.key_id})


def for_application(site: Site) -> Tokens:
    """A token for what may be read without a person. It is kept in this process until it ends."""
    kept = _kept.get(site)
    if kept is None or kept.is_over:
        kept = _kept[site] = _ask(site, {"grant_type": "client_credentials"})
    return kept


_kept: dict[Site, Tokens] = {}


def for_person(site: Site, id_token: str) -> Tokens:
    """A token for somebody who has signed in: their `id_token`, exchanged."""
    return _ask(site, {"grant_type": EXCHANGE, "subject_token": id_token, "subject_token_type": ID_TOKEN})


def again(site: Site, tokens: Tokens) -> Tokens:
    """A new token in the same session. Raises Trouble when the session has ended."""
    if not tokens.refresh:
        raise Trouble("Your sign-in to e-RS has ended. Sign in to e-RS again.", "sign_in")
    given = _ask(site, {"grant_type": "refresh_token", "refresh_token": tokens.refresh})
    return replace(given, subject=tokens.subject)


def _ask(site: Site, words: Mapping[str, str]) -> Tokens:
    form = dict(words) | {"client_assertion_type": STATEMENT, "client_assertion": statement(site)}
    release()
    try:
        got = requests.post(site.token_url, data=form, timeout=site.timeout, allow_redirects=False)
    except requests.RequestException:
        raise Trouble(SILENT, "later") from None
    if got.status_code >= 500 or got.status_code in (408, 429):
        raise Trouble(SILENT, "later", got.status_code)
    try:
        said = got.json() if got.status_code == 200 else {}
        access, life = str(said["access_token"]), float(said.get("expires_in", 0))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Trouble(REFUSED, "sign_in", got.status_code) from None
    return Tokens(access, clock.now().timestamp() + life, str(said.get("refresh_token") or ""))
