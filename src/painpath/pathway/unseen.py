"""Characters that nobody sees, and that show other words than are there (CVE-2021-42574)."""

import re
from typing import Any

TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""They turn the direction of what follows: embeddings, overrides and isolates (Unicode UAX 9, section 2)."""


def is_turned(value: Any) -> bool:
    """Whether plain data, as it was read from a file, has such a character in a text or a key, however the file wrote
    it: in JSON and YAML it can stand as an escape, which no search through the file's text would find."""
    if isinstance(value, str):
        return TURNING.search(value) is not None
    if isinstance(value, dict):
        return any(is_turned(key) or is_turned(inner) for key, inner in value.items())
    return isinstance(value, list) and any(map(is_turned, value))
