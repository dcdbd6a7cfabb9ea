"""The people of the record's own tests; and a pathway of one's own, to which somebody adds a criterion."""

from pathlib import Path

import pytest

from painpath.pathway import Pathway, load
from tests.pathway.conftest import copy, folder, pathway
from tests.referrals.conftest import received, referrer_account, screening, team, waiting

__all__ = [
    "copy", "folder", "longer", "pathway", "published", "received", "referrer_account", "screening", "team", "waiting",
]  # fmt: skip

NEW = """criteria:
  - id: lives-with-a-dragon
    group: exclusion
    name: Lives with a dragon
    published: [Patients who live with a dragon]
    kind: statement
    answered_by: [referrer]
    case_by_case: true
    exception: A dragon that sleeps.
    exception_published: live with a dragon
    exception_shown_by: Word from its keeper.
    question: Does the patient live with a dragon?
    example: There is no dragon.
    plain: A dragon needs its own help first.
    plain_for: You have no dragon.
    plain_against: You have a dragon.
    plain_change: When the dragon has gone, you can be referred again.
    ask: [{of: referrer, words: Please tell us about dragons.}]
"""


@pytest.fixture
def published(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The copy, as what the pages of this test show."""
    monkeypatch.setenv("PAINPATH_PATHWAYS", str(copy.parent))
    return copy


@pytest.fixture
def longer(published: Path) -> Pathway:
    """The copy with a criterion that no code has heard of. The pages of this test show it."""
    copy = published
    (copy / "criteria/4-new.yaml").write_text(NEW)
    rules = copy / "evidence/few.yaml"
    rules.write_text(
        rules.read_text() + "  - criterion: lives-with-a-dragon\n"
        "    rules:\n      - {when: [pain], speaks: for, why: pain}\n"
    )
    return load(copy)
