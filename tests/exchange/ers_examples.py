"""Where the published examples of the e-RS API lie, when they are there; they are not part of this repository."""

import json
from functools import cache
from typing import Any

from tests.shared import SHARED, needs

ERS = SHARED / "data/ers"
EXAMPLES = ERS / "examples"
needs_examples = needs("data/ers/examples")


@cache
def openapi() -> dict[str, Any]:
    """The published OpenAPI document of the API, whole."""
    found: dict[str, Any] = json.loads((ERS / "e-referrals-service-api.openapi.json").read_text())
    return found
