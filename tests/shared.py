"""What stands beside this checkout: published examples, letters, the service's page. They are not ours to copy.

A checkout without it skips what needs it, and says so. Where it is there a file that is missing is a fault, and under
`make test` (`PAINPATH_TEST_WHOLE`) the test fails: else a wrong path would skip it for ever, and nobody would see.
"""

import os
from pathlib import Path

import pytest

SETTING = "PAINPATH_SHARED"
SHARED = Path(os.environ.get(SETTING, Path(__file__).parents[2] / "shared"))


def skipped(name: str, beside: Path = SHARED) -> bool:
    """Whether what needs this file, or this folder with something in it, is passed over."""
    found = beside / name
    there = any(found.iterdir()) if found.is_dir() else found.exists()
    return not there and not (beside.is_dir() and os.environ.get("PAINPATH_TEST_WHOLE"))


def needs(name: str) -> pytest.MarkDecorator:
    """A mark for what needs this file or folder of ../shared."""
    return pytest.mark.skipif(skipped(name), reason=f"../shared/{name} is not beside this checkout")
