"""Another service from its page: what is refused, what one press confirms and what it does not, what stays by hand."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from painpath import clock
from painpath.accounts.changing import set_lead
from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.managers.presenters import starting as present
from painpath.managers.starting_forms import Start
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing import drafting, starting
from painpath.referrals.refusal import Refused
from tests.referrals.conftest import make_team

PAGE = """Hillside pain clinic

Who we see
- aged 18 or over
- pain for more than 6 months (except cancer pain)
- pain for more than 3 months

Exclusions
- active psychosis
- a pacemaker

[the page goes on]
"""
GIVEN = {"service": "Hillside pain clinic", "name": "hillside", "team": "the pain clinic", "contact": "", "page": PAGE}


@pytest.fixture(autouse=True)
def _today():
    with clock.at(date(2026, 11, 26)):
        yield


@pytest.fixture
def lead(db, service_id):
    with scope(service_id):
        team = make_team()
        set_lead(member=team.colleague, leads=True, by=team.administrator)
        yield Membership.objects.get(pk=team.colleague.pk)


@pytest.fixture
def client(lead) -> Client:
    client = Client()
    client.force_login(lead.user)
    return client


def begun(client: Client) -> PathwayDraft:
    answer = client.post(reverse("managers:new-service"), GIVEN)
    assert answer.status_code == 302, answer.content[-3000:]
    return PathwayDraft.objects.get()


def press(client: Client, draft: PathwayDraft, do: str, **data: str) -> str:
    draft.refresh_from_db()
    address = reverse("managers:new-service-review", args=[draft.key])
    answer = client.post(address, {"do": do, "revision": draft.revision, **data}, follow=True)
    assert answer.status_code in (200, 422)
    return answer.content.decode()


def filled(draft: PathwayDraft, lead: Membership, name: str) -> dict[str, object]:
    """The form of a clause as it is shown."""
    draft.refresh_from_db()
    known = starting.begun(draft, lead)
    assert known is not None
    data = present.initial(draft, known, known.proposal.clause(name))
    del data["leave_out"]
    return data


def count(page: str) -> tuple[int, int]:
    found = re.search(r"(\d+) of (\d+) points are confirmed", page)
    assert found
    return int(found[1]), int(found[2])


def test_each_thing_is_confirmed_and_nothing_open_in_one_press(client, lead):
    draft = begun(client)
    page = client.get(reverse("managers:new-service-review", args=[draft.key])).content.decode()
    done, every = count(page)
    assert (done, every) == (0, 7)  # five clauses, the page that goes on, the starter texts
    assert "more than 6 months" in page
    # One press for a section confirms its simple clauses: no exception, no side of a contradiction, nothing unbound.
    page = press(client, draft, "section:0")
    page = press(client, draft, "section:1")
    assert count(page)[0] == 2
    page = press(client, draft, "clause:pain-more-than-3-months")
    said = starting.begun(PathwayDraft.objects.get(), lead).answers.clauses
    assert {name for name, one in said.items() if one.settled} == {
        "aged-18-over",
        "pain-more-than-3-months",
        "active-psychosis",
    }
    # Nor does a press for one clause while something about it is open.
    page = press(client, draft, "clause:pacemaker")
    assert "say how that is settled" in page
    assert count(page)[0] == 3
    assert "Say how it is settled" in press(client, draft, "point:cut-12", words=" ")
    page = press(client, draft, "point:cut-12", words="Nothing is missing.")
    page = press(client, draft, "texts")
    assert count(page)[0] == 5
    draft.refresh_from_db()
    assert {one.field for one in drafting.compiled(draft).problems} >= {"unsettled[1].settled"}
    for name in ("pain-more-than-6-months", "pacemaker"):
        address = reverse("managers:new-service-clause", args=[draft.key, name])
        data = filled(draft, lead, name) | {
            "settled": "The lead settled it.",
            "phrases": "pacemaker\npacing device",
            "revision": draft.revision,
        }
        assert client.post(address, data).status_code == 302
    draft.refresh_from_db()
    assert [str(one) for one in drafting.compiled(draft).problems] == []
    criterion = drafting.compiled(draft).pathway.criterion("pain-more-than-6-months")
    assert criterion.exception_published == "except cancer pain"


def test_words_for_patients_and_phrases_are_read_before_they_are_kept(client, lead):
    draft = begun(client)
    address = reverse("managers:new-service-clause", args=[draft.key, "pacemaker"])
    wrong = {"settled": "", "phrases": "a (pacemaker", "plain": "You are not eligible.", "kind": "nothing"}
    answer = client.post(address, filled(draft, lead, "pacemaker") | wrong)
    assert answer.status_code == 422
    text = answer.content.decode()
    for words in ("Say how it is settled", "a (pacemaker:", "Say it without “eligible”", "Choose what it is"):
        assert words in text, words
    assert PathwayDraft.objects.get().revision == draft.revision


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"page": ""}, "Paste the page, or choose a text file"),
        ({"page": "Nothing is asked here."}, "No criteria were found in this text"),
        ({"name": "southampton-portsmouth"}, "short name of your own service"),
        ({"name": "Not a name"}, "The name of a pathway has small letters"),
        ({"service": ""}, "Enter the name of the service"),
    ],
)
def test_what_cannot_be_started_is_said_at_its_field(client, change, words):
    answer = client.post(reverse("managers:new-service"), GIVEN | change)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PathwayDraft.objects.exists()


def test_what_somebody_changed_by_hand_is_never_written_over(client, lead):
    draft = begun(client)
    text = draft.files["letters.yaml"].replace("Dear {addressee}", "Hello {addressee}")
    drafting.change(draft=draft, files={"letters.yaml": text}, seen_revision=draft.revision, by=lead)
    assert "Go on in the editor" in press(client, draft, "section:0")
    draft.refresh_from_db()
    assert draft.files["letters.yaml"] == text
    page = client.get(reverse("managers:new-service-review", args=[draft.key])).content.decode()
    assert "were changed by hand" in page
    assert 'value="section:0"' not in page


def test_two_at_once_do_not_undo_each_other(client, lead):
    draft = begun(client)
    press(client, draft, "section:0")
    said = starting.begun(PathwayDraft.objects.get(), lead).answers
    with pytest.raises(Refused, match="has changed this draft"):
        starting.answer(draft=draft, answers=said, seen_revision=1, by=lead)


def test_a_draft_of_another_kind_has_no_such_page(client, lead):
    draft = drafting.start(by=lead)
    assert client.get(reverse("managers:new-service-review", args=[draft.key])).status_code == 404
    draft = begun_in(client)
    assert client.get(reverse("managers:new-service-clause", args=[draft.key, "no-such-clause"])).status_code == 404
    again = client.post(reverse("managers:new-service"), GIVEN)  # after going back
    assert again.status_code == 422
    assert "There is a draft with this short name" in again.content.decode()


def begun_in(client: Client) -> PathwayDraft:
    client.post(reverse("managers:new-service"), GIVEN)
    return PathwayDraft.objects.get(name="hillside")


def test_how_a_point_is_settled_stays_where_it_was_typed_when_it_cannot_be_kept(client, lead):
    draft = begun(client)
    address = reverse("managers:new-service-review", args=[draft.key])
    point = {"do": "point:cut-12", "revision": draft.revision}
    for sent, sentence in (
        ({"words": "Nothing is missing. " * 60}, "can have 1,000 characters. You have written"),
        ({"words": "Nothing is missing.", "revision": "²"}, "has changed this draft since you opened it"),
    ):
        answer = client.post(address, point | sent)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert sentence in page
        assert sent["words"].strip() in page
    assert client.post(address, point | {"words": "Nothing is missing."}).status_code == 302


def test_a_press_that_names_nothing_confirms_nothing(client, lead):
    draft = begun(client)
    for do in ("section:²", "section:" + "9" * 5000, "section:-1", "nothing"):
        assert "Nothing was chosen" in press(client, draft, do)
    assert PathwayDraft.objects.get().revision == draft.revision


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (PAGE.replace("-", "\N{BULLET}").encode("cp1252"), ""),
        (PAGE.replace("-", "\N{BULLET}").encode("utf-16"), ""),
        (b"PK\x03\x04\x00\x00\x00\x00\xff\x81", "This is not plain text. Save the page as text, or paste it."),
    ],
)
def test_a_text_file_is_read_as_computers_write_it(content, words):
    files = MultiValueDict({"file": [SimpleUploadedFile("page.txt", content)]})
    form = Start(GIVEN | {"page": ""}, files)
    assert form.errors.get("file", []) == ([words] if words else [])
    assert words or "\N{BULLET} aged 18 or over" in form.cleaned_data["text"]
