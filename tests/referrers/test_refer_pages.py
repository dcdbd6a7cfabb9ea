"""The pages of a draft: whose they are, and that nothing that is sent to them is a 500 or is lost."""

import re
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from painpath.accounts.scope import scope
from painpath.referrals.models import OnlineReferral, Referral, ReferralDraft
from painpath.referrers.urls.refer import ACCESS
from tests.referrals.conftest import make_referrer, make_team

PARTS = ("patient", "how", "questions", "consent", "needs")


def client_of(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def addresses(key: uuid.UUID) -> list[str]:
    pages = [reverse(f"referrers:{name}", args=[key]) for name in ("draft", "draft-letter", "draft-check",
                                                                    "draft-delete")]  # fmt: skip
    return pages + [reverse("referrers:draft-part", args=[key, part]) for part in PARTS]


@pytest.mark.django_db
def test_each_page_is_for_the_one_who_writes_it(service_id):
    with scope(service_id):
        team = make_team()
        by, other = make_referrer(), make_referrer("Dr Other")
    mine = client_of(by)
    form = {"key": str(uuid.uuid4()), "letter": "Mr Leonard Ashcombe, DOB 03/04/1966. Back pain for 6 years."}
    first, second = (mine.post("/my/refer/", form) for _ in range(2))
    assert first["Location"] == second["Location"]  # the start sent twice is one draft
    with scope(service_id):
        draft = ReferralDraft.objects.get()
        assert draft.files.count() == 1
    stranger, staff = client_of(other), [client_of(one) for one in (team.administrator, team.consultant, team.manager)]
    for address in addresses(draft.key):
        assert mine.get(address).status_code == 200, address
        assert stranger.get(address).status_code == 404, address
        assert stranger.post(address).status_code in (404, 405), address
        for client in staff:
            assert client.get(address).status_code == 403, address
        assert Client().get(address).status_code == 302, address
    assert "Ashcombe" in mine.get("/my/referrals/").content.decode()
    assert "Ashcombe" not in stranger.get("/my/referrals/").content.decode()
    for address in (*addresses(uuid.uuid4()), f"/my/refer/{draft.key}/nothing/", "/my/refer/sent/2222-2222/"):
        assert mine.get(address).status_code == 404, address
    assert len(ACCESS) == 8


@pytest.mark.django_db
def test_whatever_is_sent_is_a_sentence_and_what_was_typed_stays(service_id):
    with scope(service_id):
        by = make_referrer()
    client = client_of(by)
    client.post("/my/refer/", {"key": "no key"})
    with scope(service_id):
        key = ReferralDraft.objects.get().key
    wrong = {
        "patient": {"nhs_number": "123", "postcode": "X", "date_of_birth-day": "31", "date_of_birth-month": "2",
                    "date_of_birth-year": "1970", "email": "nobody"},
        "how": {"ubrn": "1234", "route": "palliative-team", "sent_by_ers": "yes"},
        "questions": {"drug-alcohol-dependence": "None. " * 2000},
        "consent": {"consented_on-day": "1", "consented_on-month": "1", "consented_on-year": "2999"},
        "needs": {"needs_interpreter": "yes", "helps": "gold"},
    }  # fmt: skip
    for part, given in wrong.items():
        answer = client.post(reverse("referrers:draft-part", args=[key, part]), given)
        assert answer.status_code == 422, part
        page = answer.content.decode()
        assert "There is a problem" in page
        typed = next(iter(given.values()))
        assert typed[:3] in page
    letter = reverse("referrers:draft-letter", args=[key])
    files = [SimpleUploadedFile("a.txt", b"Back pain for 6 years."), SimpleUploadedFile("b.txt", b"")]
    answer = client.post(letter, {"letter": "Pasted words.", "documents": files})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "“b.txt” is empty" in page
    assert {"a.txt", "Letter.txt"} <= set(re.findall(r"[\w.]+\.txt", page))
    assert client.get(reverse("referrers:draft-file", args=[key, 1])).status_code == 405
    client.post(reverse("referrers:draft-file", args=[key, 999_999]))
    assert client.post(reverse("referrers:draft-check", args=[key])).status_code == 302  # there is a letter
    with scope(service_id):
        reference = Referral.objects.get().reference
        assert OnlineReferral.objects.get().patient == {}
    again = client.post(reverse("referrers:draft-check", args=[key]))
    assert again["Location"].endswith(f"/my/refer/sent/{reference}/")
    assert reference in client.get(again["Location"]).content.decode()
