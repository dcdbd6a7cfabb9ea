"""What speaks for and against is said in words, picked from the vocabulary, tried on a letter, and previewed."""

import pytest
from django.urls import reverse

from painpath.accounts.models import AuditEntry
from painpath.managers.presenters.findings import TAGS, in_sentence
from painpath.managers.workbench import Workbench
from painpath.pathway import editing
from painpath.pathway.describing import shape
from painpath.pathway.evidence import Rule
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing import drafting
from painpath.web.previews import previews

RULE = {"when": ["pain", "chronic-pain"], "unless": ["possible"], "beside": ["year-gone-by"], "within": 12,
        "speaks": "for", "weak": True, "why": "dated long ago"}  # fmt: skip


def test_a_rule_is_said_in_words_with_everything_that_it_asks_for() -> None:
    assert in_sentence(RULE) == (
        "Speaks for when the letter says: pain, chronic pain; unless it is only possible; with one of these within 12 "
        "words of the same sentence: year gone by. It gives way to anything stronger on the other side."
    )
    assert set(TAGS) == set(shape(Rule, "unless").options)


def test_findings_are_found_by_what_they_mean_and_make_a_rule(manager_client, draft: PathwayDraft) -> None:
    address = reverse("managers:edit-findings", args=[draft.key, "adult"])
    page = manager_client.get(address, {"q": "disturbance mind"}).content.decode()
    assert 'name="when"' in page
    assert "A disturbance of the mind." in page
    rule = manager_client.get(reverse("managers:edit-item", args=[draft.key, "evidence/adult/rules/0"]))
    assert "</span>Pain</h1>" in rule.content.decode()  # called by what it says, and not by the side it speaks for
    page = manager_client.get(address, {"q": "age"}).content.decode()
    assert "Age 18 or over" in page  # a value that is read, and no group of the vocabulary
    assert "Psychosis" not in page
    sent = {"add": "yes", "asked": "mind", "when": ["psychosis"], "speaks": "against"}
    page = manager_client.post(address, sent)
    assert page.status_code == 422
    assert "Say in a few words why" in page.content.decode()
    assert manager_client.post(address, {**sent, "why": "young"}).status_code == 302
    draft.refresh_from_db()
    (rule,) = editing.value_at(Workbench(draft).data, ("evidence", "adult", "rules"))[-1:]
    assert rule == {"when": ["psychosis"], "speaks": "against", "why": "young"}
    assert "Beside the quote: “young”" in manager_client.get(address).content.decode()
    again = manager_client.post(address, {**sent, "why": "young"})  # after going back
    assert again.status_code == 422
    assert "This rule is there already" in again.content.decode()
    assert "q" * 201 not in manager_client.get(address, {"q": "q" * 5000}).content.decode()


def test_a_criterion_without_rules_gets_its_first(manager_client, team, draft: PathwayDraft) -> None:
    files = editing.remove_item(draft.files, ("evidence", "adult"))
    drafting.change(draft=draft, files=files, seen_revision=1, by=team.manager)
    address = reverse("managers:edit-findings", args=[draft.key, "adult"])
    page = manager_client.get(address).content.decode()
    assert "There is none" in page
    data = {"add": "yes", "asked": "pain", "when": ["pain"], "speaks": "for", "why": "pain"}
    assert manager_client.post(address, data).status_code == 302
    draft.refresh_from_db()
    assert editing.value_at(Workbench(draft).data, ("evidence", "adult", "rules")) == [
        {"when": ["pain"], "speaks": "for", "why": "pain"}
    ]


def test_a_sentence_is_tried_with_what_is_in_force_and_with_the_draft_and_kept_nowhere(
    manager_client, team, draft: PathwayDraft
) -> None:
    item = {"when": ["pain"], "speaks": "against", "why": "tried"}
    files = editing.set_field(draft.files, ("evidence", "interventions-exhausted", "rules"), [item])
    drafting.change(draft=draft, files=files, seen_revision=1, by=team.manager)
    address = reverse("managers:edit-try", args=[draft.key, "interventions-exhausted"])
    audited = AuditEntry.objects.count()
    page = manager_client.post(
        address, {"letter": "He has pain. Physiotherapy and amitriptyline were tried without benefit."}
    )
    words = page.content.decode()
    assert page.status_code == 200
    assert words.index("In force now") < words.index("Speaks for") < words.index("In this draft")
    assert "Speaks against" in words[words.index("In this draft") :]
    assert "(speaks against: tried)" in words
    assert AuditEntry.objects.count() == audited
    assert manager_client.post(address, {"letter": ""}).status_code == 422


@pytest.fixture
def changed(team, draft: PathwayDraft) -> PathwayDraft:
    files = dict(draft.files)
    for path, words in (
        (("criteria", "adult", "question"), "Ought the question to be new?"),
        (("criteria", "adult", "example"), "Born on 14 March 1971, and this is new."),
        (("criteria", "adult", "published"), ["Adults, newly published."]),
        (("criteria", "adult", "plain_against"), "This reason is new."),
        (("patient_pages", "pages", 0, "plain_title"), "A new title"),
        (("letters", "greeting"), "Newly dear {addressee}"),
    ):
        files |= editing.set_field(files, path, words)
    return drafting.change(draft=draft, files=files, seen_revision=1, by=team.manager)


def preview(client, draft: PathwayDraft, *which: str) -> str:
    answer = client.get(reverse("managers:preview", args=[draft.key, *which]))
    assert answer.status_code == 200, which
    return (
        answer.content.decode() if answer["Content-Type"].startswith("text/html") else answer.content.decode("latin-1")
    )


def test_every_place_shows_the_draft_and_says_that_it_is_one(manager_client, changed: PathwayDraft) -> None:
    for which, words in {
        ("question", "adult"): "Ought the question to be new?",
        ("sheet", "adult"): "Born on 14 March 1971, and this is new.",
        ("reason", "adult"): "This reason is new.",
        ("practitioners", "criteria"): "Adults, newly published.",
        ("patients-page", "persistent-pain"): "A new title",
        ("patients",): "A new title",
        ("letter", "not_now-patient"): "Newly dear",
        ("my-decision", "accept"): "We have said yes to your referral.",  # what the patient reads then, not its label
    }.items():
        page = preview(manager_client, changed, *which)
        assert words in page, which
        assert "Preview of a draft" in page, which


def test_every_preview_can_be_made(manager_client, changed: PathwayDraft) -> None:
    whole = Workbench(changed).compiled.pathway
    for kind in previews().values():
        each = kind.each(whole)
        assert each, kind.id
        for one, _ in dict.fromkeys((each[0], each[-1])):
            answer = manager_client.get(
                reverse("managers:preview", args=[changed.key, kind.id, *([one] if one else [])])
            )
            assert answer.status_code == 200, (kind.id, one)
            if kind.is_file:
                assert "preview-of-a-draft-" in answer["Content-Disposition"]
            else:
                back = (
                    f'href="{reverse("managers:previews", args=[changed.key])}">Back to the previews of this draft</a>'
                )
                assert back in answer.content.decode(), kind.id
    listed = manager_client.get(
        reverse("managers:previews", args=[changed.key]), {"criterion": "adult"}
    ).content.decode()
    assert reverse("managers:preview", args=[changed.key, "question", "adult"]) in listed
    assert reverse("managers:preview", args=[changed.key, "question", "informed-and-consents"]) not in listed
    assert manager_client.get(reverse("managers:preview", args=[changed.key, "question", "nobody"])).status_code == 404
    assert manager_client.get(reverse("managers:preview", args=[changed.key, "nothing"])).status_code == 404


def test_what_is_no_pathway_yet_cannot_be_previewed_and_says_why(manager_client, team, draft: PathwayDraft) -> None:
    drafting.change(draft=draft, files={"letters.yaml": "letters: [\n"}, seen_revision=1, by=team.manager)
    assert "nothing to preview" in manager_client.get(reverse("managers:previews", args=[draft.key])).content.decode()
    assert manager_client.get(reverse("managers:preview", args=[draft.key, "patients"])).status_code == 409


def test_the_public_page_stays_as_it_is_while_a_draft_is_previewed(manager_client, changed: PathwayDraft) -> None:
    preview(manager_client, changed, "practitioners", "criteria")
    public = manager_client.get(reverse("referrers:criteria", args=[changed.name])).content.decode()
    assert "Adults aged 18 and over." in public
    assert "newly published" not in public
