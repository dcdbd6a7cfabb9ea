"""Who calls, and what they may do: a token that `/oauth/token` has given out (RFC 6750)."""

import hashlib
import re
from dataclasses import dataclass

from django.http import HttpRequest

from painpath import clock
from painpath.accounts.audit import Process
from painpath.accounts.models import Service
from painpath.exchange import scopes
from painpath.exchange.inbound import acting_for
from painpath.exchange.models import AccessToken, Client

_BEARER = re.compile(r"Bearer +([A-Za-z0-9._~+/-]+=*) *", re.IGNORECASE)


class Denied(Exception):
    """Why a call is not answered: the status, a sentence, and the value of `WWW-Authenticate`."""

    def __init__(self, status: int, sentence: str, challenge: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.challenge = status, sentence, challenge


@dataclass(frozen=True)
class Grant:
    """A program that has shown a good token, what that allows, and who acts when it calls."""

    client: Client
    scopes: tuple[str, ...]
    by: Process

    def may(self, resource: str, letter: str) -> bool:
        """Whether it may c(reate), r(ead), u(pdate), d(elete) or s(earch) this kind of resource."""
        return scopes.may(self.scopes, resource, letter)

    def need(self, resource: str, letter: str) -> None:
        """Raises Denied (403) where it may not."""
        if not self.may(resource, letter):
            scope = f"system/{resource}.{letter}"
            sentence = f"This needs the scope {scope}, which the token does not have."
            raise Denied(403, sentence, f'{_challenge("insufficient_scope", sentence)}, scope="{scope}"')


def digest(token: str) -> str:
    """What is kept of a token. It is 256 random bits, so that a plain hash of it gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


def authorise(request: HttpRequest, service: Service) -> Grant:
    """The grant of whoever calls, inside the scope of the service; raises Denied (401)."""
    shown = request.headers.get("Authorization", "")
    if not shown:
        raise Denied(401, "This address needs an access token.", 'Bearer realm="painpath"')
    found = _BEARER.fullmatch(shown)
    if found is None:
        raise _invalid("The header Authorization must be `Bearer`, a space, and the access token.")
    token = AccessToken.objects.filter(service=service, digest=digest(found[1])).select_related("client").first()
    if token is None:
        raise _invalid("The access token is not known here.")
    if token.expires_at <= clock.now():
        raise _invalid("The access token has run out. Ask for a new one.")
    client = token.client
    if client.ended_at is not None:
        raise _invalid("This program's registration has ended.")
    client.service = service  # outside the scope it could not be read
    return Grant(client, tuple(token.scopes), acting_for(client))


def _invalid(sentence: str) -> Denied:
    return Denied(401, sentence, _challenge("invalid_token", sentence))


def _challenge(error: str, sentence: str) -> str:
    return f'Bearer realm="painpath", error="{error}", error_description="{sentence}"'
