"""A pathway is drafted, approved by a second person, and in force from its day; before, the folder on disk is."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from threading import Barrier, Thread
from zlib import crc32

import pytest
from django.db import ProgrammingError, connection, transaction

from painpath import clock, pathway
from painpath.accounts.changing import set_lead
from painpath.accounts.models import AuditEntry, Membership, Service
from painpath.accounts.scope import scope
from painpath.pathway import PathwayError
from painpath.pathway.editing import FIRST
from painpath.pathway.linting import warnings
from painpath.referrals import pathways
from painpath.referrals.models import PathwayDraft, PathwayPublication, PathwayVersion
from painpath.referrals.publishing import drafting
from painpath.referrals.publishing.labels import relabelled
from painpath.referrals.publishing.standing import standing
from painpath.referrals.refusal import Refused
from tests.managers.drafted import few, small
from tests.referrals.conftest import make_team

__all__ = ["few", "small"]

SLUG = "southampton-portsmouth"
FILE = "criteria/1-inclusion.yaml"
TODAY = date(2026, 11, 26)
BEFORE, AFTER = "What is the patient's date of birth?", "When was the patient born?"


@pytest.fixture(autouse=True)
def _today(small):
    with clock.at(TODAY):
        yield


@pytest.fixture
def lead(team) -> Membership:
    set_lead(member=team.colleague, leads=True, by=team.administrator)
    return Membership.objects.select_related("user", "service").get(pk=team.colleague.pk)


def question(text: str = AFTER) -> dict[str, str]:
    """A draft's change of one question, under a version of its own."""
    files = drafting.files_of(pathway.find(SLUG))
    assert BEFORE in files[FILE]
    label = f"2026-11.{crc32(text.encode())}"
    return {FILE: files[FILE].replace(BEFORE, text), FIRST: relabelled(files[FIRST], label)}


def noted(draft: PathwayDraft, by: Membership, label: str = "looked-through") -> PathwayDraft:
    """The draft with a note that nobody reads, under a version of its own."""
    text = relabelled(draft.files[FIRST], label) + f"\n# {label}\n"
    return drafting.change(draft=draft, files={FIRST: text}, seen_revision=draft.revision, by=by)


@pytest.fixture
def draft(team, lead) -> PathwayDraft:
    """Open, with one question changed."""
    made = drafting.start(by=team.manager)
    return drafting.change(draft=made, files=question(), seen_revision=made.revision, by=team.manager)


def publish(draft: PathwayDraft, lead: Membership, by: Membership, on: date = TODAY) -> PathwayPublication:
    drafting.submit(draft=draft, from_date=on, words="The question was misread.", by=lead)
    return drafting.approve(draft=draft, by=by)


def asked(shown: pathway.Pathway) -> str:
    return shown.criterion("adult").question


def test_while_nothing_is_published_in_the_browser_the_folder_is_in_force(team):
    current, version = pathways.in_force(team.service)
    assert current is pathway.load(pathway.find(SLUG))
    assert version.digest == current.digest
    assert pathways.publications(team.service.pk) == ()


def test_a_draft_approved_by_a_second_person_is_in_force_from_its_day(team, lead, draft):
    publish(draft, lead, team.consultant, TODAY + timedelta(days=1))
    late = datetime(2026, 11, 26, 23, 59, 59, tzinfo=clock.LONDON)
    with clock.at(late):
        assert asked(pathways.in_force(team.service)[0]) == BEFORE
        assert asked(pathways.published(SLUG)) == BEFORE
    with clock.at(late + timedelta(seconds=1)):
        current, version = pathways.in_force(team.service)
        assert asked(current) == asked(pathways.published(SLUG)) == AFTER
        assert version == PathwayVersion.objects.get(digest=current.digest)
        assert pathways.of(version) is current


def test_summer_time_midnight_is_london_s(team, lead, draft):
    publish(draft, lead, team.consultant, date(2027, 7, 1))
    for moment, words in (("2027-06-30T22:59:59+00:00", BEFORE), ("2027-06-30T23:00:00+00:00", AFTER)):
        with clock.at(datetime.fromisoformat(moment)):
            assert asked(pathways.in_force(team.service)[0]) == words


def test_every_process_learns_of_it_with_its_next_request_and_asks_once(team, lead, draft, django_assert_num_queries):
    publish(draft, lead, team.consultant)
    pathways._known.clear()
    Service.seen[team.service.pk] = 0  # as another process that has read nothing since
    assert asked(pathways.published(SLUG)) == BEFORE
    service = Service.objects.get(pk=team.service.pk)  # which every request does
    assert service.publications
    assert asked(pathways.in_force(service)[0]) == AFTER
    with django_assert_num_queries(1):  # the version's row, as with the folder
        pathways.in_force(service)
    with django_assert_num_queries(0):
        assert asked(pathways.published(SLUG)) == AFTER


def test_what_was_read_in_a_transaction_that_was_rolled_back_is_read_again(team, lead, draft, monkeypatch):
    """The next publication bears another number than that by which this process knows that it has read all."""
    with suppress(ZeroDivisionError), transaction.atomic():
        publish(draft, lead, team.consultant)
        assert asked(pathways.in_force(team.service)[0]) == AFTER
        raise ZeroDivisionError
    changed = drafting.change(draft=draft, files=question("Born?"), seen_revision=draft.revision, by=lead)
    drafting.submit(draft=changed, from_date=TODAY, words="Shorter", by=lead)
    with monkeypatch.context() as patch:
        patch.setattr(pathways, "ask_again", lambda _: None)  # as another process approves it
        drafting.approve(draft=changed, by=team.consultant)
    service = Service.objects.get(pk=team.service.pk)  # which every request does
    assert asked(pathways.in_force(service)[0]) == "Born?"


def test_while_nothing_is_published_it_costs_no_query(team, django_assert_num_queries):
    _, version = pathways.in_force(Service.objects.get())
    with django_assert_num_queries(0):
        pathways.published(SLUG)
        pathways.of(version)


def test_public_pages_see_a_publication_and_no_draft(team, lead, draft, service_id):
    publish(draft, lead, team.consultant)
    pathways._known.clear()
    pathways._whole.clear()
    with scope(None):
        assert PathwayPublication.objects.count() == 0
        assert asked(pathways.published(SLUG)) == AFTER
        with pathways._address(SLUG):
            assert PathwayPublication.objects.count() == 1
            assert PathwayDraft.objects.count() == 0
        with pathways._address("elsewhere"):
            assert PathwayPublication.objects.count() == PathwayVersion.objects.count() == 0
        assert PathwayPublication.objects.count() == 0


def test_what_is_asked_outside_any_scope_is_not_remembered(team, lead, draft):
    publish(draft, lead, team.consultant)
    service = Service.objects.get()
    pathways._known.clear()
    with scope(None):
        assert pathways.publications(service.pk) == ()
    assert len(pathways.publications(service.pk)) == 1


def test_a_publication_stands_while_the_folder_has_mistakes_or_is_not_there(team, lead, draft, monkeypatch):
    publish(draft, lead, team.consultant)
    pathways._whole.clear()

    def nothing(name: str) -> None:
        raise PathwayError([])

    monkeypatch.setattr(pathway, "find", nothing)
    assert asked(pathways.in_force(team.service)[0]) == asked(pathways.published(SLUG)) == AFTER


def test_a_referral_keeps_the_version_it_came_under_except_whom_to_call(team, lead, waiting):
    referral = waiting()
    made = drafting.start(by=team.manager)
    signposts = made.files["signposts.yaml"]
    assert "jo@samaritans.org" in signposts
    files = question() | {"signposts.yaml": signposts.replace("jo@samaritans.org", "joan@samaritans.org")}
    made = drafting.change(draft=made, files=files, seen_revision=made.revision, by=team.manager)
    was = pathways.of(referral.pathway_version)
    publish(made, lead, team.consultant)
    referral.refresh_from_db()
    held = pathways.of(referral.pathway_version)
    assert asked(held) == asked(was) == BEFORE
    assert asked(pathways.of(waiting().pathway_version)) == AFTER
    numbers = {way.value for one in held.signposts if one.kind in ("crisis", "emergency") for way in one.ways}
    assert "joan@samaritans.org" in numbers
    assert "jo@samaritans.org" not in numbers


def test_who_may_do_what_in_which_state(team, lead, draft):
    everybody = {
        "administrator": team.administrator,
        "clinician": team.consultant,
        "manager": team.manager,
        "lead": lead,
    }
    verbs = ("change", "drop", "submit", "send_back", "approve")

    def may() -> dict[str, set[str]]:
        now = PathwayDraft.objects.select_related("submitted_by").get()
        return {
            verb: {name for name, who in everybody.items() if getattr(drafting, f"can_{verb}")(now, by=who)}
            for verb in verbs
        }

    works, reads = {"manager", "lead"}, {"clinician", "manager", "lead"}
    nobody: set[str] = set()
    assert may() == {"change": works, "drop": works, "submit": {"lead"}, "send_back": nobody, "approve": nobody}
    drafting.submit(draft=draft, from_date=TODAY, words="Better", by=lead)
    assert may() == {
        "change": nobody, "drop": works, "submit": nobody, "send_back": reads, "approve": reads - {"lead"},
    }  # fmt: skip
    drafting.approve(draft=draft, by=team.consultant)
    assert may() == dict.fromkeys(verbs, nobody)
    assert [one.action for one in AuditEntry.objects.filter(subject_type="pathwaydraft").order_by("pk")] == [
        f"pathwaydraft.{act}" for act in ("start", "change", "submit", "approve")
    ]


def test_what_somebody_asked_for_who_leads_no_more_is_not_approved(team, lead, draft):
    """Two people of the service stand for a publication on the day on which it is made: one of them leads it."""
    drafting.submit(draft=draft, from_date=TODAY, words="Better", by=lead)
    set_lead(member=lead, leads=False, by=team.administrator)
    assert not drafting.can_approve(PathwayDraft.objects.get(), by=team.consultant)
    with pytest.raises(Refused, match="does not lead this service any more"):
        drafting.approve(draft=draft, by=team.consultant)
    assert not PathwayPublication.objects.exists()
    drafting.send_back(draft=draft, words="Another lead has to ask.", by=team.consultant)


def test_one_of_the_two_who_publish_is_a_clinician(team, lead, draft):
    """Hazard H14: a manager may ask or approve, and never both without somebody who judges by it."""
    Membership.objects.filter(pk__in=[lead.pk, team.physiotherapist.pk]).update(role="manager", grade="", leads=True)
    people = [Membership.objects.get(pk=one.pk) for one in (lead, team.physiotherapist)]
    drafting.submit(draft=draft, from_date=TODAY, words="Better", by=people[0])
    waits = PathwayDraft.objects.get()
    for manager in (team.manager, people[1]):
        assert not drafting.can_approve(waits, by=manager)
        with pytest.raises(Refused, match="A clinician has to approve this"):
            drafting.approve(draft=waits, by=manager)
    assert not PathwayPublication.objects.exists()
    drafting.send_back(draft=waits, words="Or a clinician asks.", by=team.manager)
    Membership.objects.filter(pk=lead.pk).update(role="clinician", grade="registrar")
    drafting.submit(draft=waits, from_date=TODAY, words="Better", by=Membership.objects.get(pk=lead.pk))
    assert drafting.approve(draft=waits, by=team.manager).approved_by == team.manager


def test_nobody_writes_over_what_somebody_else_has_changed(team, lead, draft):
    seen = draft.revision
    drafting.change(draft=draft, files=question("Are they 16?"), seen_revision=seen, by=lead)
    with pytest.raises(Refused, match="Dr Col League has changed this draft"):
        drafting.change(draft=draft, files=question("Sixteen?"), seen_revision=seen, by=team.manager)
    assert "Are they 16?" in PathwayDraft.objects.get().files[FILE]


def test_a_draft_that_is_begun_twice_is_one_until_it_is_changed(team, lead):
    first = drafting.start(by=team.manager)
    assert drafting.start(by=team.manager) == first
    assert AuditEntry.objects.filter(action="pathwaydraft.start").count() == 1
    assert drafting.start(by=lead) != first
    taken_in = drafting.start(by=team.manager, files=first.files | question())
    assert taken_in != first
    assert drafting.start(by=team.manager, files=first.files | question()) == taken_in
    drafting.change(draft=first, files=question(), seen_revision=1, by=team.manager)
    second = drafting.start(by=team.manager)
    assert second not in (first, taken_in)
    drafting.drop(draft=second, by=team.manager)
    assert drafting.start(by=team.manager) != second


def test_a_draft_with_a_mistake_or_without_a_change_is_not_published(team, lead):
    draft = drafting.start(by=team.manager)
    with pytest.raises(Refused, match="nothing to publish"):
        drafting.submit(draft=draft, from_date=TODAY, words="Better", by=lead)
    draft = drafting.change(draft=draft, files={FILE: "criteria: ["}, seen_revision=draft.revision, by=team.manager)
    with pytest.raises(Refused, match="mistake"):
        drafting.submit(draft=draft, from_date=TODAY, words="Better", by=lead)
    with pytest.raises(Refused, match="days that have passed"):
        drafting.submit(draft=draft, from_date=TODAY - timedelta(days=1), words="Better", by=lead)


def test_what_was_published_meanwhile_is_not_undone_in_silence(team, lead, draft):
    other = noted(drafting.start(by=team.manager), team.manager)
    drafting.submit(draft=other, from_date=TODAY, words="Better", by=lead)
    publish(draft, lead, team.consultant)
    with pytest.raises(Refused, match="would be undone"):
        drafting.approve(draft=other, by=team.consultant)
    other = drafting.send_back(draft=other, words="Take the question in.", by=team.consultant)
    assert drafting.behind(other)
    assert drafting.catch_up(draft=other, seen_revision=other.revision, by=team.manager) == ()
    other = PathwayDraft.objects.get(pk=other.pk)
    assert AFTER in other.files[FILE]
    assert "# looked-through" in other.files[FIRST]
    assert other.label == "looked-through"
    publish(other, lead, team.consultant)
    assert asked(pathways.in_force(team.service)[0]) == AFTER


def test_a_day_that_passed_before_the_approval_is_today(team, lead, draft):
    drafting.submit(draft=draft, from_date=TODAY, words="Better", by=lead)
    with clock.at(TODAY + timedelta(days=3)):
        assert drafting.approve(draft=draft, by=team.consultant).from_date == TODAY + timedelta(days=3)


def test_the_program_counts_no_publication_itself(team):
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE accounts_service SET publications = 7")


def test_a_folder_that_moves_on_after_a_publication_is_told_and_changes_nothing(
    team, lead, draft, tmp_path, monkeypatch
):
    assert standing(team.service) == ((), tuple(map(str, warnings(pathway.find(SLUG)))))
    publish(draft, lead, team.consultant)
    told = standing(team.service)
    assert not told.faults
    assert "has changed since" not in str(told)
    shutil.copytree(pathway.find(SLUG).parent, tmp_path, dirs_exist_ok=True)
    with (tmp_path / SLUG / "service.yaml").open("a") as file:
        file.write("# a release\n")
    monkeypatch.setenv("PAINPATH_PATHWAYS", str(tmp_path))
    assert "has changed since the pathway was published" in str(standing(team.service).warnings)
    assert asked(pathways.in_force(team.service)[0]) == AFTER


def test_a_note_that_is_not_settled_keeps_a_draft_from_being_published(team, lead, draft):
    note = "\nunsettled:\n  - words: Three or six months?\n    about: criteria[adult]\n"
    files = {"notes.yaml": note}
    draft = drafting.change(draft=draft, files=files, seen_revision=draft.revision, by=team.manager)
    with pytest.raises(Refused, match="1 mistake"):
        drafting.submit(draft=draft, from_date=TODAY, words="Better", by=lead)
    files = {"notes.yaml": note + "    settled: Three.\n"}
    draft = drafting.change(draft=draft, files=files, seen_revision=draft.revision, by=team.manager)
    assert drafting.submit(draft=draft, from_date=TODAY, words="Better", by=lead).state == "submitted"


def at_once(service_id: int, acts: list[Callable[[], object]]) -> list[str]:
    """What becomes of acts that begin at the same moment, each on a connection of its own."""
    barrier, told = Barrier(len(acts)), []

    def do(act: Callable[[], object]) -> None:
        try:
            barrier.wait(20)
            with scope(service_id):
                act()
            told.append("done")
        except Refused as refused:
            told.append(refused.sentence)
        finally:
            connection.close()

    threads = [Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == len(acts)
    return sorted(told)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("drafts", [1, 2])
def test_two_people_who_approve_at_once_publish_once(service_id, drafts):
    """One draft, or two of which the second would undo the first."""
    with scope(service_id):
        team = make_team()
        set_lead(member=team.colleague, leads=True, by=team.administrator)
        lead = Membership.objects.select_related("user", "service").get(pk=team.colleague.pk)
    at_once(service_id, [partial(drafting.start, by=team.manager)] * 2)  # a button pressed twice
    with scope(service_id):
        assert PathwayDraft.objects.count() == 1
        made = []
        for number in range(drafts):
            made.append(one := drafting.start(by=team.manager))
            drafting.change(draft=one, files=question(f"Born {number}?"), seen_revision=1, by=team.manager)
            drafting.submit(draft=one, from_date=TODAY, words="Better", by=lead)
    acts = zip((made[0], made[-1]), (team.consultant, team.physiotherapist), strict=True)
    told = at_once(service_id, [partial(drafting.approve, draft=one, by=by) for one, by in acts])
    assert told.count("done") == 1
    assert ("would be undone" if drafts == 2 else "is published") in "".join(told)
    with scope(service_id):
        assert PathwayPublication.objects.count() == 1


def test_an_approval_that_is_cut_off_publishes_nothing(team, lead, draft, monkeypatch):
    drafting.submit(draft=draft, from_date=TODAY, words="Better", by=lead)

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("painpath.referrals.publishing.drafting.audit.record", cut)
        with pytest.raises(KeyboardInterrupt):
            drafting.approve(draft=draft, by=team.consultant)
    assert PathwayDraft.objects.get().state == "submitted"
    assert PathwayPublication.objects.count() == 0
    assert asked(pathways.in_force(Service.objects.get())[0]) == BEFORE
    drafting.approve(draft=draft, by=team.consultant)
    assert asked(pathways.in_force(Service.objects.get())[0]) == AFTER
