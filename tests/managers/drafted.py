"""People of a service, and a draft of its pathway."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from painpath import pathway
from painpath.accounts.changing import set_lead
from painpath.accounts.models import Membership
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing import drafting
from tests.pathway.conftest import FEW_WORDS
from tests.referrals.conftest import Team, team

__all__ = ["draft", "lead", "manager_client", "signed_in", "team"]

SLUG = "southampton-portsmouth"


@pytest.fixture
def lead(team: Team) -> Membership:
    set_lead(member=team.colleague, leads=True, by=team.administrator)
    return Membership.objects.select_related("user", "service").get(pk=team.colleague.pk)


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pathways with two words of vocabulary and a rule for each criterion: compiling all 40,000 phrases takes
    seconds, and what is edited here is none of them."""
    folder, home = pathway.find(SLUG), tmp_path_factory.mktemp("few")
    shutil.copytree(folder.parent, home, ignore=shutil.ignore_patterns("vocabulary", "evidence"), dirs_exist_ok=True)
    (home / "shared/vocabulary").mkdir(parents=True)
    (home / "shared/vocabulary/few.yaml").write_text(FEW_WORDS)
    rules = "".join(
        f"  - criterion: {one.id}\n    rules:\n      - {{when: [pain], speaks: for, why: pain}}\n"
        for one in pathway.load(folder).criteria
    )
    (home / SLUG / "evidence").mkdir()
    (home / SLUG / "evidence/few.yaml").write_text(f"evidence:\n{rules}")
    return home


@pytest.fixture
def small(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAINPATH_PATHWAYS", str(few))


@pytest.fixture
def draft(team: Team, small: None) -> PathwayDraft:
    return drafting.start(by=team.manager)


@pytest.fixture
def signed_in() -> Callable[[Membership], Client]:
    def client(member: Membership) -> Client:
        found = Client()
        found.force_login(member.user)
        return found

    return client


@pytest.fixture
def manager_client(team: Team, signed_in: Callable[[Membership], Client]) -> Client:
    return signed_in(team.manager)
