"""`painpath directory` and `painpath backlog`: the same imports from the command line, each fault on a line."""

from contextlib import nullcontext

import pytest

from painpath import cli, clock
from painpath.accounts.changing import set_lead
from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.directory.models import Practice
from painpath.postgres import owner
from painpath.referrals.models import Referral
from painpath.referrals.publishing import drafting
from tests.conftest import take_out_the_service
from tests.directory.conftest import practice_file, practice_row
from tests.referrals.conftest import LETTER, make_team
from tests.referrals.test_backlog import row, table
from tests.referrals.test_publishing import TODAY
from tests.referrals.test_publishing_founding import NAME, drafted


@pytest.fixture
def painpath(transactional_db, capsys):
    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            cli.main(list(map(str, words)))
        said = capsys.readouterr()
        return ended.value.code, said.out, said.err

    return run


def test_practices_contracts_and_a_backlog(painpath, service_id, tmp_path):
    with scope(service_id):
        email = make_team().administrator.user.email
    file, letters = tmp_path / "file.csv", tmp_path / "letters"
    letters.mkdir()
    (letters / "letter1.txt").write_text(LETTER)
    file.write_bytes(practice_file(practice_row(opened="soon"), practice_row("Y99902", "")))
    status, _, said = painpath("directory", "import-practices", file)
    assert status == 1
    assert said.startswith("Row 1, open date: “soon” is no date.")
    assert "Row 2, name: Every practice has a name." in said
    file.write_bytes(practice_file(practice_row()))
    assert painpath("directory", "import-practices", file, "--check")[1].startswith("would be new 1")
    assert painpath("directory", "import-practices", file)[:2] == (0, "new 1, changed 0, unchanged 0\n")
    file.write_text("ods_code,contracted,locality,from,to,source\nY99901,yes,,,,List\n")
    assert painpath("directory", "import-contracts", file)[:2] == (0, "new 1, changed 0, unchanged 0\n")
    file.write_bytes(table(row(1, practice_ods="Y99901")))
    assert painpath("backlog", "import", file, letters, "--by", "nobody@example.nhs.uk")[0] == 1
    assert "1 would be imported" in painpath("backlog", "import", file, letters, "--by", email, "--check")[1]
    status, said, _ = painpath("backlog", "import", file, letters, "--by", email)
    assert status == 0
    with scope(service_id):
        referral = Referral.objects.get()
        assert referral.practice == Practice.objects.get()
    assert said.splitlines() == ["1 imported with 1 documents, 0 on record already", referral.reference]
    assert painpath("directory", "import-practices", tmp_path / "none.csv")[0] == 1
    assert painpath("directory", "import-practices", file, "--service", "nowhere")[0] == 1


def test_a_service_that_was_founded_here_needs_no_folder(painpath, service_id, tmp_path):
    with scope(service_id), clock.at(TODAY):
        team = make_team()
        set_lead(member=team.colleague, leads=True, by=team.administrator)
        lead = Membership.objects.select_related("user", "service").get(pk=team.colleague.pk)
        draft = drafting.submit(draft=drafted(team), from_date=TODAY, words="A new service", by=lead)
        drafting.approve(draft=draft, by=team.consultant)
    invite = ("staff", "invite", "ada@trust.nhs.uk", "Dr Ada", "clinician", "--service", NAME, "--grade")
    assert "is no grade" in painpath(*invite, "nobody")[2]
    assert painpath(*invite, "consultant")[0] == 0
    file = tmp_path / "file.csv"
    file.write_bytes(practice_file(practice_row()))
    assert painpath("directory", "import-practices", file, "--service", NAME)[0] == 0
    file.write_text("ods_code,contracted,locality,from,to,source\nY99901,yes,southampton,,,List\n")
    assert painpath("directory", "import-contracts", file, "--service", NAME)[0] == 0
    status, _, said = painpath("staff", "invite", "bo@trust.nhs.uk", "Bo", "manager", "--service", "nowhere")
    assert (status, "There is no pathway of this name" in said) == (1, True)


def test_only_the_first_invitation_needs_the_owner_of_the_tables(painpath, service_id, monkeypatch, tmp_path):
    as_owner = owner.as_owner
    with as_owner():
        take_out_the_service()
    monkeypatch.setattr(owner, "as_owner", nullcontext)  # a site whose program does not know the owner
    status, _, said = painpath("staff", "invite", "ada@trust.nhs.uk", "Dr Ada", "administrator")
    assert status == 1
    assert said.startswith("Only the owner of the tables makes a service")
    monkeypatch.setattr(owner, "as_owner", as_owner)
    assert painpath("staff", "invite", "ada@trust.nhs.uk", "Dr Ada", "administrator")[0] == 0
    monkeypatch.setattr(owner, "as_owner", None)
    assert painpath("staff", "invite", "bo@trust.nhs.uk", "Bo", "manager")[0] == 0
    (tmp_path / "file.csv").write_bytes(practice_file(practice_row()))
    assert painpath("directory", "import-practices", tmp_path / "file.csv")[0] == 0
