"""A person's connection with e-RS: their token, and as whom they work there. It lives in their session, sealed.

It ends with the session: signing out, here or from e-RS, forgets it. Whoever reads the database without the site's
secret key reads nothing. Nothing of it is logged.
"""

from typing import TypeVar

import msgspec
from django.http import HttpRequest

from painpath.accounts.models import Membership
from painpath.exchange.ers import tokens
from painpath.exchange.ers.client import Client
from painpath.exchange.ers.errors import Trouble
from painpath.exchange.ers.operations import Acting
from painpath.exchange.ers.signin import Begun
from painpath.exchange.ers.site import Site
from painpath.exchange.ers.tokens import Tokens
from painpath.letters.errors import LetterError
from painpath.letters.sealing import seal, unseal

_Kind = TypeVar("_Kind")
_CONNECTED, _BEGUN, _TYPED = "ers", "ers_begun", "ers_typed"
_LONGEST = 10_000
"""Characters kept of what was typed: more than e-RS takes."""


class Connection(msgspec.Struct, frozen=True):
    """`member` is whose it is: another person in the same browser has none of it."""

    member: int
    tokens: Tokens
    acting: Acting

    def __repr__(self) -> str:
        return "Connection(...)"  # it holds what nobody may read in a log


class Typed(msgspec.Struct, frozen=True):
    """What somebody typed for a reply when their sign-in ended."""

    member: int
    dispatch: int
    priority: str
    for_admin: str


# Learnt at import, by one thread: see `pathway.loading`.
msgspec.json.Decoder(Begun), msgspec.json.Decoder(Typed), msgspec.json.Decoder(Connection), msgspec.json.Decoder(Site)


def keep_begun(request: HttpRequest, begun: Begun) -> None:
    """Keep what must come back with whoever is signing in."""
    request.session[_BEGUN] = seal(msgspec.json.encode(begun)).decode()


def take_begun(request: HttpRequest) -> Begun | None:
    """What was begun, once: a second return finds nothing."""
    return _opened(request.session.pop(_BEGUN, ""), Begun)


def keep(request: HttpRequest, by: Membership, found: Tokens, acting: Acting) -> Connection:
    """Keep the connection until the session ends."""
    made = Connection(by.pk, found, acting)
    request.session[_CONNECTED] = seal(msgspec.json.encode(made)).decode()
    return made


def forget(request: HttpRequest) -> None:
    """End the connection."""
    request.session.pop(_CONNECTED, None)


def connection(request: HttpRequest, by: Membership, site: Site) -> Connection | None:
    """The connection of this person, its token made new where it has run out; None where they have to sign in.

    Raises Trouble where the sign-in does not answer.
    """
    found = _opened(request.session.get(_CONNECTED, ""), Connection)
    if found is None or found.member != by.pk:
        forget(request)
        return None
    if not found.tokens.is_over:
        return found
    try:
        return keep(request, by, tokens.again(site, found.tokens), found.acting)
    except Trouble as said:
        if said.then != "sign_in":
            raise
        forget(request)
        return None


def keep_typed(request: HttpRequest, by: Membership, dispatch: int, priority: str, for_admin: str) -> None:
    """Keep what was typed for a reply, sealed as the token is, until the form is there again."""
    made = Typed(by.pk, dispatch, priority[:60], for_admin[:_LONGEST])
    request.session[_TYPED] = seal(msgspec.json.encode(made)).decode()


def typed(request: HttpRequest, by: Membership, dispatch: int) -> dict[str, str]:
    """What this person had typed for this reply, by the names of the form; nothing where there is none."""
    found = _opened(request.session.get(_TYPED, ""), Typed)
    if found is None or (found.member, found.dispatch) != (by.pk, dispatch):
        return {}
    given = {"priority": found.priority, "for_admin": found.for_admin}
    return {name: words for name, words in given.items() if words}


def forget_typed(request: HttpRequest) -> None:
    """The form is there again."""
    request.session.pop(_TYPED, None)


def client(site: Site, found: Connection) -> Client:
    """Calls in this person's name."""
    return Client(site, found.acting, found.tokens.access)


def _opened(sealed: str, kind: type[_Kind]) -> _Kind | None:
    try:
        return msgspec.json.decode(unseal(sealed.encode()), type=kind) if sealed else None
    except (LetterError, msgspec.DecodeError):
        return None
