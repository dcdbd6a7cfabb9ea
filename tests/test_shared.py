"""What was given beside the checkout is skipped where it is not there, and a part that is missing is not."""

import re
from pathlib import Path

import pytest

from tests import shared

TESTS = Path(__file__).parent


@pytest.mark.parametrize(
    ("beside", "whole", "passed_over"),
    [(True, True, False), (True, False, True), (False, True, True), (False, False, True)],
)
def test_what_is_missing_is_passed_over_only_where_it_may_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: bool, whole: bool, passed_over: bool
) -> None:
    monkeypatch.setenv("PAINPATH_TEST_WHOLE", "yes" if whole else "")
    given = tmp_path / "shared"
    if beside:
        (given / "data/empty").mkdir(parents=True)
        (given / "data/letters").mkdir()
        (given / "data/letters/L001.txt").write_text("Dear colleague")
    assert shared.skipped("data/letters", given) == (not beside)
    assert shared.skipped("data/letters/L001.txt", given) == (not beside)
    assert shared.skipped("data/empty", given) == passed_over
    assert shared.skipped("data/nothing.txt", given) == passed_over


def test_every_test_that_needs_it_asks_in_one_way() -> None:
    own = re.compile(r"""parents\[[34]\] */ *["']shared\b|ROOT\.parent */ *["']shared\b|PAINPATH_SHARED""")
    found = [one for one in TESTS.rglob("*.py") if one.name not in ("shared.py", "test_shared.py")]
    said = [f"{one.relative_to(TESTS)}: {line.strip()}" for one in found for line in one.read_text().splitlines()
            if own.search(line)]  # fmt: skip
    assert said == []
