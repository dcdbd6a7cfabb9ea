"""Signed statements (JWT) by which a program proves who it is: read strictly, and taken once.

The algorithm is checked against a fixed list before anything else is looked at; the key is one of those a person has
registered for the program, never one that the statement itself points to (RFC 8725, sections 3.1 and 3.10).
"""

import math
import re
from collections.abc import Set
from datetime import datetime, timedelta
from typing import Any

import jwt
from django.db import IntegrityError, transaction
from jwt.types import Options

from painpath import clock
from painpath.exchange.models import Client, UsedStatement

LEEWAY = timedelta(seconds=10)
"""By how much the clocks of two machines may differ."""
LONGEST_TEXT = 16_000
"""Characters of a statement: more is nothing that a program would say of itself."""
LONGEST_JTI = 200
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_ONLY_THE_SIGNATURE: Options = {
    "require": ["exp", "jti", "aud", "iss"], "verify_exp": False, "verify_iat": False, "verify_nbf": False,
    "verify_aud": False, "verify_iss": False, "verify_jti": False, "verify_sub": False,
}  # fmt: skip
"""What it says is looked at below, by the one clock. When it was made (iat) need not be said: SMART does not ask it."""
_WRITTEN = re.compile(r"[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]*")


class BadStatement(Exception):
    """Why a statement is not taken, in a sentence for whoever runs the program that made it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def verify(
    token: str, *, keys: dict[str, Any], algorithms: Set[str], audience: str, issuer: str, longest: timedelta
) -> dict[str, Any]:
    """The claims of a statement that one of `keys` (a JSON Web Key Set) has signed for us; raises BadStatement.

    `audience` is who we are to it, `issuer` who it must say it is; `longest` is how far ahead it may run out. Whether
    it was used before is for `use_once`.
    """
    key_id, algorithm = _head(token, algorithms)
    key = _key(keys, key_id, algorithm)
    try:
        claims = jwt.decode(token, key, [algorithm], options=_ONLY_THE_SIGNATURE)
    except jwt.MissingRequiredClaimError as error:
        raise BadStatement(f"The statement does not say its {error.claim}.") from error
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError) as error:
        raise BadStatement("The signature of the statement is not right.") from error
    _check(claims, audience, issuer, longest)
    return claims


def _head(token: str, algorithms: Set[str]) -> tuple[str, str]:
    """The id of the key and the algorithm, both checked."""
    if len(token) > LONGEST_TEXT or not _WRITTEN.fullmatch(token):
        raise BadStatement("This is not a signed statement (JWT).")
    try:
        head = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, RecursionError) as error:
        raise BadStatement("This is not a signed statement (JWT).") from error
    algorithm, key_id = head.get("alg"), head.get("kid")
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        raise BadStatement(f"The statement must be signed with {' or '.join(sorted(algorithms))}.")
    if "crit" in head:
        raise BadStatement("The statement asks for something in `crit` that is not understood here.")
    if not isinstance(key_id, str) or not key_id:
        raise BadStatement("The statement does not name its key (kid).")
    return key_id, algorithm


def _key(keys: dict[str, Any], key_id: str, algorithm: str) -> jwt.PyJWK:
    """The one registered key of this id, if it is a key for this algorithm."""
    named = [one for one in keys.get("keys", []) if one.get("kid") == key_id]
    if len(named) != 1:
        raise BadStatement("The key that the statement names (kid) is not registered.")
    said, curve = named[0].get("alg", algorithm), CURVES.get(algorithm)
    fits = (named[0].get("kty"), named[0].get("crv")) == ("EC", curve) if curve else named[0].get("kty") == "RSA"
    if said != algorithm or not fits:
        raise BadStatement(f"The key that the statement names is not one for {algorithm}.")
    try:
        return jwt.PyJWK(named[0], algorithm)
    except jwt.PyJWTError as error:
        raise BadStatement("The key that the statement names cannot be read.") from error


def _check(claims: dict[str, Any], audience: str, issuer: str, longest: timedelta) -> None:
    now, slack = clock.now().timestamp(), LEEWAY.total_seconds()
    ends, made, begins = (_moment(claims, name) for name in ("exp", "iat", "nbf"))
    if claims["iss"] != issuer:
        raise BadStatement("The statement says it is from somebody else (iss).")
    heard = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if audience not in heard:
        raise BadStatement(f"The statement is for somebody else: its aud must be {audience}.")
    if ends is None or ends + slack < now:
        raise BadStatement("The statement has run out (exp).")
    if ends > now + longest.total_seconds() + slack:
        raise BadStatement(
            f"The statement runs out too late: exp may be at most {longest.seconds // 60} minutes ahead."
        )
    if max(made or 0, begins or 0) > now + slack:
        raise BadStatement("The statement is from the future (iat, nbf): the clocks differ.")
    name = claims["jti"]
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_JTI or not name.isprintable():
        raise BadStatement(f"The statement needs a jti of its own, of at most {LONGEST_JTI} characters.")


def _moment(claims: dict[str, Any], name: str) -> float | None:
    """Seconds since 1970; None where it is not stated. Anything but a number is refused."""
    given = claims.get(name)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int | float) or not _is_finite(given):
        raise BadStatement(f"The statement's {name} is not a time in seconds.")
    return given


def _is_finite(given: float) -> bool:
    try:
        return math.isfinite(given)
    except OverflowError:  # an int that no float can hold
        return False


def use_once(client: Client, claims: dict[str, Any]) -> None:
    """Take a verified statement, once: a repeat raises BadStatement, also when both come at the same moment.

    Inside the scope of the client's service. What has run out is forgotten on the way.
    """
    now = clock.now()
    ends = datetime.fromtimestamp(claims["exp"], tz=clock.LONDON) + LEEWAY
    try:
        with transaction.atomic():
            UsedStatement.objects.create(
                service_id=client.service_id, client=client, jti=claims["jti"], expires_at=ends
            )
    except IntegrityError as error:
        raise BadStatement("This statement was used before (jti). Each call needs a new one.") from error
    over = UsedStatement.objects.filter(client=client, expires_at__lt=now).select_for_update(skip_locked=True)
    UsedStatement.objects.filter(pk__in=[one.pk for one in over[:100]]).delete()
