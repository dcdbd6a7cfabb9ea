"""A program of somebody else's, as a test plays it: with its keys, what it signs, and its registration."""

import json
import uuid
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from painpath import clock
from painpath.accounts.models import Membership
from painpath.exchange.models import Client

EC_KEY = ec.generate_private_key(ec.SECP384R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(key: Any, key_id: str, **also: Any) -> dict[str, Any]:
    """The public half of a key as a JSON Web Key."""
    writing = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
    return json.loads(writing.to_jwk(key.public_key())) | {"kid": key_id} | also


KEYS = {"keys": [public(EC_KEY, "ec"), public(RSA_KEY, "rsa")]}


def statement(
    audience: Any, *, issuer: str = "practice-system", key: Any = EC_KEY, key_id: Any = "ec", algorithm: str = "ES384",
    head: dict[str, Any] | None = None, **changes: Any,
) -> str:  # fmt: skip
    """A statement that is right in everything but what `changes` says; None leaves a claim out."""
    now = int(clock.now().timestamp())
    claims = {
        "iss": issuer, "sub": issuer, "aud": audience, "jti": uuid.uuid4().hex, "iat": now, "exp": now + 240,
    } | changes  # fmt: skip
    said = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(said, key, algorithm, headers=({"kid": key_id} if key_id else {}) | (head or {}))


def registered(by: Membership, *scopes: str, client_id: str = "practice-system", **changes: Any) -> Client:
    """A program that has been registered; inside the scope of the service."""
    given = {
        "name": "Practice system", "contact": "help@practice.example", "keys": KEYS, "scopes": list(scopes),
        "reach": "own", "added_by": by,
    } | changes  # fmt: skip
    return Client.objects.create(service_id=by.service_id, client_id=client_id, **given)
