"""The pages about drafts and versions: what stands on them, and that they do what they say."""

import json
import re
from datetime import date, timedelta
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from painpath import clock, pathway
from painpath.accounts.changing import set_lead
from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.pathway import fhir
from painpath.pathway.editing import FIRST
from painpath.pathway.zips import packed, unpacked
from painpath.referrals import pathways
from painpath.referrals.models import PathwayDraft, PathwayPublication, PathwayVersion
from painpath.referrals.publishing import drafting
from painpath.referrals.publishing.labels import relabelled
from tests.referrals.conftest import make_team
from tests.referrals.test_publishing import AFTER, BEFORE, FILE, SLUG, question

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def _today(small):
    with clock.at(TODAY):
        yield


@pytest.fixture
def people(db, service_id):
    with scope(service_id):
        team = make_team()
        set_lead(member=team.colleague, leads=True, by=team.administrator)
        yield {
            "manager": team.manager,
            "lead": Membership.objects.get(pk=team.colleague.pk),
            "clinician": team.consultant,
        }


def signed_in(member: Membership) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def page(client: Client, name: str, *arguments: object, data: dict | None = None, **kwargs: object) -> str:
    address = reverse(f"managers:{name}", args=arguments)
    answer = client.post(address, data, follow=True) if data is not None else client.get(address, kwargs)
    assert answer.status_code == 200, (answer.status_code, answer.content[-2000:])
    return answer.content.decode()


def changed(people) -> PathwayDraft:
    draft = drafting.start(by=people["manager"])
    return drafting.change(draft=draft, files=question(), seen_revision=1, by=people["manager"])


def test_from_a_draft_to_a_version_with_two_people(people):
    manager, lead, clinician = (signed_in(people[name]) for name in ("manager", "lead", "clinician"))
    assert "comes from the folder of the installation" in page(manager, "pathway")
    assert "A draft was started" in page(manager, "draft-start", data={})
    draft = PathwayDraft.objects.get()
    draft = drafting.change(draft=draft, files=question(), seen_revision=1, by=people["manager"])
    shown = page(manager, "draft", draft.key)
    assert "None were found" in shown
    assert "Ask for approval" not in shown
    compared = page(clinician, "draft-compare", draft.key)
    assert "question for referrers</h3>" in compared
    assert "<del>" in compared
    assert "(taken out: " in compared
    asking = page(lead, "draft-submit", draft.key)
    assert "Somebody else has to approve it: a clinician, a manager or another lead." in asking
    Membership.objects.filter(pk=people["lead"].pk).update(role="manager", grade="")
    asking = page(lead, "draft-submit", draft.key)
    assert "A clinician has to approve it, because you are not one." in asking
    assert "keep the version they came in under" in asking
    tomorrow = TODAY + timedelta(days=1)
    day = {f"from_date-{part}": getattr(tomorrow, part) for part in ("day", "month", "year")}
    given = day | {"words": "It was misread.", "revision": draft.revision}
    assert "Approval was asked for. A clinician has to approve it" in page(lead, "draft-submit", draft.key, data=given)
    assert "Next: a second person (a clinician) reads" in page(manager, "draft", draft.key)
    draft.refresh_from_db()
    assert lead.get(reverse("managers:draft-approve", args=[draft.key])).status_code == 409
    approving = page(clinician, "draft-approve", draft.key)
    for words in ("27 November 2026", "It was misread.", "Dr Con Sultant", "checked"):
        assert (words in approving) == (words != "checked"), words
    stale = clinician.post(reverse("managers:draft-approve", args=[draft.key]), {"revision": draft.revision - 1})
    assert stale.status_code == 422
    assert "has changed this draft" in stale.content.decode()
    assert "Approved." in page(clinician, "draft-approve", draft.key, data={"revision": draft.revision})
    overview = page(manager, "pathway")
    assert "Coming" in overview
    assert "from 27 November 2026" in overview
    assert BEFORE in signed_in(people["manager"]).get(
        reverse("referrers:criteria", args=[SLUG])
    ).content.decode().replace("&#39;", "'")
    with clock.at(tomorrow):
        assert AFTER in Client().get(reverse("referrers:criteria", args=[SLUG])).content.decode()
        assert "from 27 November 2026" in page(manager, "pathway")
    version = PathwayPublication.objects.get().version
    assert AFTER in page(clinician, "version", version.pk)
    assert page(clinician, "version", version.pk, part="vocabulary")
    assert "<ins>" in page(clinician, "version-compare", version.pk)
    zipped = manager.get(reverse("managers:version-zip", args=[version.pk]))
    assert unpacked(zipped.content) == draft.files
    bundle = manager.get(reverse("managers:version-fhir", args=[version.pk])).content
    assert fhir.files_from(json.loads(bundle)) == draft.files


def test_a_folder_goes_out_and_comes_in(people):
    manager = signed_in(people["manager"])
    draft = changed(people)
    zipped = manager.get(reverse("managers:draft-zip", args=[draft.key])).content
    sent = {"folder": SimpleUploadedFile("x.zip", zipped)}
    assert "The folder is a draft now" in page(manager, "draft-import", data=sent)
    assert PathwayDraft.objects.latest("pk").files == draft.files
    wrong = {"folder": SimpleUploadedFile("x.zip", packed("x", {"other.yaml": ""}))}
    answer = manager.post(reverse("managers:draft-import"), wrong)
    assert answer.status_code == 422
    assert "There is no pathway in this zip" in answer.content.decode()


def test_a_pathway_goes_out_as_fhir_and_comes_in(people):
    manager = signed_in(people["manager"])
    draft = changed(people)
    bundle = manager.get(reverse("managers:draft-fhir", args=[draft.key]))
    assert bundle["Content-Disposition"].endswith('-draft.fhir.json"')
    assert fhir.files_from(json.loads(bundle.content)) == draft.files
    sent = {"folder": SimpleUploadedFile("x.json", bundle.content)}
    assert "The folder is a draft now" in page(manager, "draft-import", data=sent)
    assert PathwayDraft.objects.latest("pk").files == draft.files
    elsewhere = {"resourceType": "PlanDefinition", "status": "active", "action": [{"title": "Adults"}]}
    sent = {"folder": SimpleUploadedFile("x.json", json.dumps(elsewhere).encode())}
    assert "Not settled yet" in page(manager, "draft-import", data=sent)
    for wrong, said in ((b"{", "This is not JSON."), (b'{"resourceType": "Patient"}', "This is no FHIR Bundle.")):
        answer = manager.post(reverse("managers:draft-import"), {"folder": SimpleUploadedFile("x.json", wrong)})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    drafting.change(draft=draft, files={"service.yaml": "?"}, seen_revision=draft.revision, by=people["manager"])
    answer = manager.get(reverse("managers:draft-fhir", args=[draft.key]))
    assert answer.status_code == 409
    assert "no FHIR can be made of it" in answer.content.decode()


def test_mistakes_stand_with_file_line_and_field(people):
    draft = changed(people)
    text = pathway.find(SLUG).joinpath(FILE).read_text().replace("group: inclusion", "group: including", 1)
    drafting.change(draft=draft, files={FILE: text}, seen_revision=draft.revision, by=people["manager"])
    shown = page(signed_in(people["lead"]), "draft", draft.key)
    assert FILE in shown
    assert "Criteria 1, group" in shown
    assert "draft-submit" not in shown
    assert "/simulate/" not in shown
    assert "/submit/" not in shown


def test_a_version_of_other_content_is_said_where_it_is_changed(people, small):
    draft = changed(people)
    assert "with other content" not in page(signed_in(people["manager"]), "draft", draft.key)
    text = relabelled(draft.files[FIRST], "2025-11")
    drafting.change(draft=draft, files={FIRST: text}, seen_revision=draft.revision, by=people["manager"])
    shown = page(signed_in(people["manager"]), "draft", draft.key)
    assert "There is a version 2025-11 with other content already" in shown
    assert f'<a href="{reverse("managers:edit-item", args=[draft.key, "this-pathway"])}">Give this draft' in shown
    assert "such as 2026-11." in shown


def test_what_was_published_meanwhile_is_said_and_taken_in(people):
    draft, other = changed(people), drafting.start(by=people["manager"])
    drafting.submit(draft=draft, from_date=TODAY, words="Better", by=people["lead"])
    drafting.approve(draft=draft, by=people["clinician"])
    manager = signed_in(people["manager"])
    assert "What is published has changed since this draft" in page(manager, "draft", other.key)
    said = page(manager, "draft-catch-up", other.key, data={"revision": other.revision})
    assert "Taken in" in said
    version = PathwayVersion.objects.latest("pk")
    assert page(manager, "version-compare", version.pk, **{"with": "²"})
    again = manager.post(reverse("managers:draft-catch-up", args=[other.key]), {"revision": "²"})
    assert again.status_code == 409
    other.refresh_from_db()
    assert other.files == draft.files


def test_sent_back_and_dropped(people):
    draft = changed(people)
    draft = drafting.submit(draft=draft, from_date=TODAY, words="Better", by=people["lead"])
    clinician, manager = signed_in(people["clinician"]), signed_in(people["manager"])
    empty = clinician.post(reverse("managers:draft-send-back", args=[draft.key]), {"words": ""})
    assert empty.status_code == 422
    own = signed_in(people["lead"]).get(reverse("managers:draft-approve", args=[draft.key]))
    assert "another person approves it" in own.content.decode()
    assert "what you wrote" not in own.content.decode()  # nobody wrote anything: a page was opened
    assert "Sent back" in page(clinician, "draft-send-back", draft.key, data={"words": "Say born."})
    assert "Say born." in page(manager, "draft", draft.key)
    assert page(manager, "draft-drop", draft.key)
    assert "Dropped" in page(manager, "draft-drop", draft.key, data={})
    assert signed_in(people["clinician"]).get(reverse("managers:draft-drop", args=[draft.key])).status_code == 403


def test_what_is_urgent_is_not_undone_by_what_was_approved_before_for_a_later_day(people):
    """Else a number for a crisis that was put right today would be wrong again on the day of the other one. What the
    later one changes comes sooner with it, and whoever approves reads that."""
    december = TODAY + timedelta(days=14)
    first = changed(people)
    drafting.submit(draft=first, from_date=december, words="Better", by=people["lead"])
    drafting.approve(draft=first, by=people["clinician"])
    urgent = drafting.start(by=people["manager"])
    drafting.change(
        draft=urgent, files=question("Urgent, when was the patient born?"), seen_revision=1, by=people["manager"]
    )
    asking = page(signed_in(people["lead"]), "draft-submit", urgent.key)
    assert "approved for 10 December 2026" in asking
    drafting.submit(draft=urgent, from_date=TODAY, words="It was wrong.", by=people["lead"])
    shown = page(signed_in(people["clinician"]), "draft-approve", urgent.key)
    assert "What was approved for 10 December 2026 does not come into force" in shown
    taken_out = "".join(re.findall("<del>(.*?)</del>", shown, re.DOTALL))
    assert "birth?" in taken_out  # beside what is in force today
    drafting.approve(draft=urgent, by=people["clinician"])
    for day in (TODAY, december, december + timedelta(days=1)):
        with clock.at(day):
            service = people["manager"].service
            assert pathways.in_force(service)[0].criteria[0].question.startswith("Urgent")
    over = page(signed_in(people["manager"]), "pathway")
    assert "Coming</h2>" not in over
    assert "It was never in force" in over


def test_a_version_is_withdrawn_before_its_day_with_a_reason_and_taken_up_again(people, small):
    draft = changed(people)
    text = relabelled(draft.files[FIRST], "<b>11")
    draft = drafting.change(draft=draft, files={FIRST: text}, seen_revision=draft.revision, by=people["manager"])
    drafting.submit(draft=draft, from_date=TODAY + timedelta(days=14), words="Better", by=people["lead"])
    made = drafting.approve(draft=draft, by=people["clinician"])
    lead, manager = signed_in(people["lead"]), signed_in(people["manager"])
    asking = reverse("managers:publication-withdraw", args=[made.pk])
    assert asking in page(lead, "pathway")
    assert asking not in page(manager, "pathway")
    assert manager.get(asking).status_code == 403
    assert "What is in force today stays in force then." in page(lead, "publication-withdraw", made.pk)
    wrong = lead.post(asking, {"words": ""})
    assert (wrong.status_code, "Say why it is withdrawn" in wrong.content.decode()) == (422, True)
    shown = page(lead, "publication-withdraw", made.pk, data={"words": "Not agreed yet."})
    assert "11 is withdrawn. It will not come into force." in shown
    assert "Coming</h2>" not in shown
    others, never = shown.split("Never in force</h2>")
    assert "10 December 2026" not in others  # it is no earlier version
    assert "11, approved for 10 December 2026</a>" in never
    row = shown.split("Drafts that are done</h2>")[1].split("</table>")[0]
    assert ("Withdrawn" in row, "Approved" in row, "10 December" in row) == (True, False, False)
    of_draft = page(lead, "draft", draft.key)
    assert ("Was approved for" in of_draft, "In force from" in of_draft) == (True, False)
    assert "by Dr Col League: “Not agreed yet.”" in shown
    assert lead.get(asking).status_code == 409
    assert "withdrawn before its day" in page(lead, "version", made.version_id)
    assert "“Not agreed yet.”" in page(lead, "draft", draft.key)
    again = shown.split("Start a draft with it again")[1]
    assert again.startswith('<span class="nhsuk-u-visually-hidden"> (version &lt;b&gt;11 from 10 December 2026)</span>')
    assert "Start a draft with it again" not in page(signed_in(people["clinician"]), "pathway")
    assert "A draft was started with what was withdrawn" in page(manager, "publication-again", made.pk, data={})
    assert PathwayDraft.objects.latest("pk").files == draft.files


def test_a_kept_version_says_names_where_its_files_have_ids(people):
    _, version = pathways.in_force(people["manager"].service)
    routes = page(signed_in(people["clinician"]), "version", version.pk, part="routes")
    assert "ers_advice_and_guidance" not in routes
    assert "Where am I" in routes  # parts are called what the editor calls them


def test_what_a_new_pathway_puts_in_is_read_part_by_part(people):
    files = {**drafting.files_of(pathway.find(SLUG))}
    draft = drafting.start(by=people["manager"], files=files, name="other-service")
    client = signed_in(people["manager"])
    shown = page(client, "draft-compare", draft.key)
    parts = re.findall(r'<li><a href="[^"]+\?part=([^"]+)">([^<]+)</a> \(\d+ lines?\)', shown)
    assert len(parts) > 20
    assert "painpath-difference" not in shown
    assert len(shown) < 40_000  # all of it on one page was half a megabyte
    routes = page(client, "draft-compare", draft.key, part="routes")
    assert f"part {[one for one, _ in parts].index('routes') + 1} of {len(parts)}" in routes
    assert "ers_advice_and_guidance" not in routes
    assert "Choose and Book" in routes
    rules = page(client, "draft-compare", draft.key, part=unquote(next(one for one, _ in parts if "evidence" in one)))
    assert "Speaks for when the letter says" in rules
    last = page(client, "draft-compare", draft.key, part=unquote(parts[-1][0]))
    assert "File source.txt" in last
    assert f"Draft {draft.pk}</span>" in last.split("Next")[1]
    assert client.get(reverse("managers:draft-compare", args=[draft.key]), {"part": "nothing"}).status_code == 404
