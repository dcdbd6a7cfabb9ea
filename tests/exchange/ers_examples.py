"""Where the published examples of the e-RS API lie, when they are there; they are not part of this repository."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ERS = Path(os.environ.get("PAINPATH_SHARED", Path(__file__).parents[3] / "shared")) / "data" / "ers"
EXAMPLES = ERS / "examples"
needs_examples = pytest.mark.skipif(not EXAMPLES.exists(), reason="the published examples of e-RS are not here")


@cache
def openapi() -> dict[str, Any]:
    """The published OpenAPI document of the API, whole."""
    found: dict[str, Any] = json.loads((ERS / "e-referrals-service-api.openapi.json").read_text())
    return found
