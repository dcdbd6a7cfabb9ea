"""Letters to practices by MESH, through NHS England's own test server: there, fetched, given up, refused."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from painpath import clock
from painpath.accounts.audit import Process
from painpath.letters import arrival
from painpath.letters.carriers import Handed, Later, Permanent, Told
from painpath.letters.carriers.mesh import Mesh, access, carrier, check_settings, slugs, wrong
from painpath.letters.models import Dispatch, DispatchState
from painpath.referrals import pathways
from tests.letters.mailboxes import OURS, PRACTICE, WORKFLOW, Sandbox, mesh, running_mesh  # noqa: F401  # fixtures
from tests.letters.posting import decided, let_the_mailer_work, outbox_of  # noqa: F401  # fixture
from tests.referrals.conftest import team  # noqa: F401  # fixture

BY_MESH, BY_POST = ("letter", "gp", "mesh"), ("letter", "gp", "print")
SLUG = "SOUTHAMPTON_PORTSMOUTH"
Settings = dict[str, str]


@pytest.fixture
def uses_mesh(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service sends to practices by MESH."""
    real = pathways.in_force

    def with_mesh(service: Any) -> Any:
        found, row = real(service)
        delivery = msgspec.structs.replace(found.delivery, practices="mesh")
        return msgspec.structs.replace(found, delivery=delivery), row

    monkeypatch.setattr(pathways, "in_force", with_mesh)


@pytest.fixture
def letter(mesh: Sandbox, uses_mesh: None, decided: Callable[..., Any]) -> Callable[[], Dispatch]:  # noqa: F811
    """Gives the GP's copy of a letter that was just signed, as it stands now."""
    referral = decided(mailbox=PRACTICE)

    def now() -> Dispatch:
        found = Dispatch.objects.select_related("letter", "referral__practice", "service")
        return found.get(pk=outbox_of(referral)[BY_MESH].pk)

    return now


def ours(dispatch: Dispatch) -> Mesh:
    found = carrier(dispatch.service)
    assert found is not None
    return found


def test_the_signed_bytes_lie_in_the_practices_mailbox_until_it_has_fetched_them(
    mesh: Sandbox, letter: Callable[[], Dispatch]  # noqa: F811
) -> None:  # fmt: skip
    dispatch = letter()
    assert (dispatch.state, dispatch.address) == (DispatchState.QUEUED, PRACTICE)
    mailbox = ours(dispatch)
    assert mailbox.find(dispatch) is None
    assert let_the_mailer_work() == [True]
    dispatch = letter()
    assert dispatch.state == DispatchState.SENT
    handed = Handed(provider_id=dispatch.provider_id)
    assert mailbox.find(dispatch) == handed
    assert mailbox.what_became(dispatch) is None
    with mesh.opened(PRACTICE) as practice:
        assert practice.list_messages() == [handed.provider_id]
        message = practice.retrieve_message(handed.provider_id)
        assert dispatch.letter is not None
        assert message.read() == bytes(dispatch.letter.pdf)
        known = (message.sender, message.workflow_id, message.local_id, message.content_type)
        assert known == (OURS, WORKFLOW, str(dispatch.key), "application/pdf")
        for words in (message.filename, message.subject):
            assert dispatch.referral.reference in (words or "")
            assert "Ashcombe" not in (words or "")
        message.close()
        practice.acknowledge_message(handed.provider_id)
        assert practice.list_messages() == []
    assert mailbox.what_became(dispatch) == Told(state=DispatchState.DELIVERED)
    arrival.ask(dispatch=dispatch, by=Process(dispatch.service, "mailer"))
    assert letter().state == DispatchState.DELIVERED
    assert mailbox.find(dispatch) == Handed(provider_id=handed.provider_id, state=DispatchState.DELIVERED)
    again = mailbox.hand_over(dispatch)
    assert again != handed
    assert mailbox.find(dispatch) == Handed(), "two under one key are one that was taken"
    mesh.say(again.provider_id, status="undeliverable")
    dispatch.provider_id = again.provider_id
    told = mailbox.what_became(dispatch)
    assert told == Told(state=DispatchState.RETURNED, why="MESH could not deliver it (undeliverable).")


def test_a_letter_that_mesh_took_before_the_program_died_does_not_go_twice(
    mesh: Sandbox, letter: Callable[[], Dispatch]  # noqa: F811
) -> None:  # fmt: skip
    dispatch = letter()
    taken = ours(dispatch).hand_over(dispatch)
    Dispatch.objects.filter(pk=dispatch.pk).update(began_at=clock.now(), attempts=1)
    assert let_the_mailer_work() == [True]
    assert (letter().state, letter().provider_id, letter().why) == (DispatchState.SENT, taken.provider_id, "")
    with mesh.opened(PRACTICE) as practice:
        assert practice.list_messages() == [taken.provider_id]


def test_what_goes_wrong_is_said_and_whether_it_may_have_been_taken(
    mesh: Sandbox, letter: Callable[[], Dispatch], monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    dispatch = letter()
    dispatch.address = "X26NOBODY1"
    with pytest.raises(Permanent, match="MESH knows no mailbox X26NOBODY1"):
        ours(dispatch).hand_over(dispatch)
    dispatch.address = PRACTICE
    monkeypatch.setenv(f"PAINPATH_MESH_PASSWORD_{SLUG}", "guessed")
    for ask in (ours(dispatch).hand_over, ours(dispatch).find):
        with pytest.raises(Later, match="did not let us sign in") as error:
            ask(dispatch)
        assert not error.value.perhaps_taken
    monkeypatch.setenv("PAINPATH_MESH_URL", "http://127.0.0.1:9")
    with pytest.raises(Later, match="MESH could not be reached") as error:
        ours(dispatch).hand_over(dispatch)
    assert error.value.perhaps_taken, "what broke off may have arrived"
    monkeypatch.setenv("PAINPATH_MESH_URL", "https://127.0.0.1:9")
    monkeypatch.setenv("PAINPATH_MESH_CERTIFICATE", "/nowhere/ours.pem")
    monkeypatch.setenv("PAINPATH_MESH_KEY", "/nowhere/ours.key")
    with pytest.raises(Later, match="A file that opens MESH cannot be read"):
        ours(dispatch).hand_over(dispatch)


GIVEN = {
    "PAINPATH_MESH_URL": "https://msg.example", "PAINPATH_MESH_SHARED_KEY": "key", "PAINPATH_MESH_WORKFLOW": "LETTERS",
    f"PAINPATH_MESH_MAILBOX_{SLUG}": "X26ABC1", f"PAINPATH_MESH_PASSWORD_{SLUG}": "word",
}  # fmt: skip


def test_the_check_of_a_site_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_settings(None) == []
    monkeypatch.setenv(f"PAINPATH_MESH_MAILBOX_{SLUG}", OURS)
    said = [one.msg for one in check_settings(None)]
    assert (
        "PAINPATH_MESH_URL is missing for southampton-portsmouth. Until then letters to practices go by post." in said
    )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"PAINPATH_MESH_URL": "http://msg.example"}, "must begin with https"),
        ({"PAINPATH_MESH_WORKFLOW": "GPCONNECT_SEND_DOCUMENT"}, "FHIR bundles"),
        ({f"PAINPATH_MESH_PASSWORD_{SLUG}": "", "PAINPATH_MESH_PASSWORD": "word"}, "PAINPATH_MESH_PASSWORD is missing"),
        ({"PAINPATH_MESH_CERTIFICATE": "ours.pem"}, "belong together"),
        ({"PAINPATH_MESH_TIMEOUT": "soon"}, "no number"),
    ],
)
def test_settings_that_cannot_work_are_said_and_nothing_goes_by_mesh(changes: Settings, words: str) -> None:
    slug = "southampton-portsmouth"
    assert slugs(GIVEN) == [slug]
    assert wrong(GIVEN, slug) == []
    found = access(slug, GIVEN)
    assert found is not None
    assert (found.mailbox, found.timeout) == ("X26ABC1", 20)
    assert access("elsewhere", GIVEN) is None, "a mailbox belongs to one service"
    (said,) = wrong(GIVEN | changes, slug)
    assert words in said
    assert access(slug, GIVEN | changes) is None


def test_without_a_mailbox_or_without_mesh_a_letter_goes_by_post(
    mesh: Sandbox, uses_mesh: None, decided: Callable[..., Any], monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:  # fmt: skip
    assert BY_POST in outbox_of(decided())
    monkeypatch.setenv("PAINPATH_MESH_SHARED_KEY", "")
    assert BY_POST in outbox_of(decided(mailbox=PRACTICE))
