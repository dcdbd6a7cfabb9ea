"""The public keys of a program, as a JSON Web Key Set (RFC 7517): what may be registered, and why not."""

import base64
import json
from typing import Any

MOST = 5
"""Two are live while a program changes over; a few more for one that runs on several machines."""
SMALLEST_RSA = 2048
_PRIVATE = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}
_NEEDED = {"RSA": ("n", "e"), "EC": ("crv", "x", "y")}
_ALGORITHM = {"RSA": "RS384", "EC": "ES384"}


class BadKeys(Exception):
    """Why these keys are not taken, in a sentence that says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def read(text: str) -> dict[str, Any]:
    """The keys of a pasted JSON Web Key Set, or of one key alone: public parts only, each with an id of its own."""
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadKeys("This is not JSON. Paste the whole text, from the first { to the last }.") from error
    found = given.get("keys", [given]) if isinstance(given, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise BadKeys("This is not a JSON Web Key Set: it has no list of keys.")
    return together([_key(one) for one in found])


def together(keys: list[dict[str, Any]]) -> dict[str, Any]:
    """These keys as one set. Each needs an id of its own."""
    if not 0 < len(keys) <= MOST:
        raise BadKeys(f"There are {len(keys)} keys. Give at least 1, and at most {MOST}.")
    names = [one["kid"] for one in keys]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise BadKeys(f"Two keys have the same id (kid): {', '.join(twice)}. A new key needs a new id.")
    return {"keys": keys}


def _key(given: dict[str, Any]) -> dict[str, Any]:
    if _PRIVATE & set(given):
        raise BadKeys(
            "This key has its secret part in it, so it is not secret any more. Ask for a new one, the public part only."
        )
    name, kind = given.get("kid"), given.get("kty")
    if not isinstance(name, str) or not 0 < len(name) <= 100 or not name.isprintable():
        raise BadKeys("Each key needs an id (kid), of at most 100 characters.")
    if not isinstance(kind, str) or kind not in _NEEDED:
        raise BadKeys(f"The key {name} is neither an RSA nor an elliptic-curve key.")
    if given.get("use", "sig") != "sig" or given.get("alg", _ALGORITHM[kind]) != _ALGORITHM[kind]:
        raise BadKeys(f"The key {name} is not for signing with {_ALGORITHM[kind]}.")
    if not all(isinstance(given.get(part), str) and given[part] for part in _NEEDED[kind]):
        raise BadKeys(f"The key {name} is not whole.")
    _check_strength(name, kind, given)
    return {"kty": kind, "kid": name, **{part: given[part] for part in _NEEDED[kind]}}


def _check_strength(name: str, kind: str, given: dict[str, Any]) -> None:
    """NIST SP 800-57 and SMART: RSA of 2,048 bits or more, or the curve P-384, with numbers that make a key."""
    if kind == "EC" and given["crv"] != "P-384":
        raise BadKeys(f"The key {name} must be on the curve P-384.")
    if kind == "RSA" and not SMALLEST_RSA <= _number(name, given["n"]).bit_length() <= 4 * SMALLEST_RSA:
        raise BadKeys(f"The key {name} is too short or too long: RSA needs {SMALLEST_RSA} bits or more.")
    from jwt import PyJWK, PyJWTError  # brings in `cryptography`, which few processes need

    try:
        PyJWK(given, algorithm=_ALGORITHM[kind])
    except (PyJWTError, ValueError, TypeError) as error:
        raise BadKeys(f"The numbers of the key {name} do not make a key.") from error


def _number(name: str, text: str) -> int:
    try:
        return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")
    except ValueError as error:
        raise BadKeys(f"The numbers of the key {name} cannot be read.") from error
