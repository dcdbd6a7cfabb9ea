"""JSON from strangers: read strictly, within bounds, never with a crash."""

import json
import math
from typing import Any

from painpath.questionnaires.answers import can_be_kept

MOST_BYTES = 1_000_000
MOST_DEPTH = 80
MOST_VALUES = 100_000


class JsonError(ValueError):
    """The bytes are not usable JSON; the message says why."""


def read_json(data: bytes | str) -> Any:
    """The value that this JSON text stands for. Raises JsonError.

    Stricter than Python: no NaN, no number out of range, no key twice in one object (one of them would silently win).
    """
    if len(data) > MOST_BYTES:
        raise JsonError(f"This is longer than {MOST_BYTES // 1_000_000} MB.")
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        return sound(json.loads(text, parse_constant=_constant, object_pairs_hook=_object, parse_int=_whole))
    except JsonError:
        raise
    except UnicodeDecodeError:
        raise JsonError("This is not JSON text in UTF-8.") from None
    except json.JSONDecodeError as error:
        raise JsonError(f"This is not JSON: line {error.lineno}, column {error.colno}: {error.msg}.") from None
    except RecursionError:
        raise JsonError("This lies too deep: objects inside objects inside objects.") from None


def sound(value: Any) -> Any:
    """The value itself, when it is plain JSON within bounds. Raises JsonError."""
    todo: list[tuple[Any, int]] = [(value, 0)]
    seen = 0
    while todo:
        one, depth = todo.pop()
        seen += 1
        if depth > MOST_DEPTH or seen > MOST_VALUES:
            raise JsonError("This lies too deep, or holds too much.")
        if isinstance(one, dict):
            for key, inner in one.items():
                _sound_text(key)
                todo.append((inner, depth + 1))
        elif isinstance(one, list):
            todo += [(inner, depth + 1) for inner in one]
        elif isinstance(one, str):
            _sound_text(one)
        elif isinstance(one, float):
            if not math.isfinite(one):
                raise JsonError("A number is out of range.")
        elif isinstance(one, int):
            if abs(one) > 10**18:
                raise JsonError("A number is out of range.")
        elif one is not None:
            raise JsonError(f"This holds a {type(one).__name__}, which JSON does not have.")
    return value


def _sound_text(text: Any) -> None:
    if not isinstance(text, str):
        raise JsonError("A key is not text.")
    if not can_be_kept(text):
        raise JsonError("A text holds control characters, or half of a character, which cannot be kept.")


def _constant(name: str) -> Any:
    raise JsonError(f"{name} is not a number.")


def _whole(digits: str) -> int:
    if len(digits) > 19:
        raise JsonError("A number is out of range.")
    return int(digits)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise JsonError(f"{twice[:60]!r} stands twice in one object.")
    return made
