"""Versions of a pathway that an older program kept: what nothing asked for then is taken from the newest."""

from typing import Any

import msgspec

from painpath.pathway import letters
from painpath.pathway.crisis import KINDS
from painpath.pathway.loading import decode, encode
from painpath.pathway.model import Pathway

SHAPES = {
    "": ("combinations", "programmes", "scales", "catchment", "required", "unsettled"),
    "criteria": (
        "thresholds", "strength", "tier", "only_if", "only_if_shown_by", "urgency", "audience", "programmes",
        "bypasses", "attached",
    ),
    "priorities": ("target", "default"),
}  # fmt: skip
"""What a version that lacks them does not say: taken from the newest, an old decision would be read by bounds and
combinations that nobody had published then. Nothing asks for them, so they stay away."""


def complete(data: bytes, newest: Pathway, *, newest_crisis: bool = True) -> Pathway:
    """The pathway kept in `data`, with the fields, clocks and messages that it does not have yet taken from `newest`.

    What it has stays word for word, except whom to call in a crisis, and letters that name a field which is no more:
    nobody could write them, so the newest are written. Without `newest_crisis` it is itself what is in force, and keeps
    whom to call. Raises PathwayError when the bytes are not a pathway.
    """
    try:
        kept = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return decode(data)  # which says so
    if isinstance(kept, dict):
        now = msgspec.json.decode(encode(newest))
        for part, names in SHAPES.items():
            for one in now[part] if part else (now,):
                for name in names:
                    del one[name]
        _fill(kept, now)
        for name in ("targets", "messages"):
            known = {one["id"] for one in kept[name]}
            kept[name] += [one for one in now[name] if one["id"] not in known]
        # An old number for a crisis may be dead: whom to call now is always the newest.
        if not newest_crisis:
            return _usable(decode(msgspec.json.encode(kept)), newest)
        urgent = [one for one in now["signposts"] if one["kind"] in KINDS]
        kept["signposts"] = [one for one in kept["signposts"] if one["kind"] not in KINDS] + urgent
    return _usable(decode(msgspec.json.encode(kept)), newest)


def _usable(old: Pathway, newest: Pathway) -> Pathway:
    return msgspec.structs.replace(old, letters=newest.letters) if any(letters.problems(old.letters)) else old


def _fill(kept: Any, now: Any) -> None:
    """Put into `kept` the keys that only `now` has; in lists, for the things with the same id."""
    if isinstance(kept, dict) and isinstance(now, dict):
        for name, value in now.items():
            if name in kept:
                _fill(kept[name], value)
            else:
                kept[name] = value
    elif isinstance(kept, list) and isinstance(now, list):
        named = {item["id"]: item for item in now if isinstance(item, dict) and "id" in item}
        for item in kept:
            if isinstance(item, dict) and item.get("id") in named:
                _fill(item, named[item["id"]])
