"""A lead changes a criterion in the browser: its question, what speaks for it, tried on a sentence, previewed."""

from playwright.sync_api import expect

from painpath import pathway
from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.pathway.draft_files import compile_draft
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing import drafting
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import hire
from tests.journeys.test_data_rights import errs

SLUG = "southampton-portsmouth"


def test_a_criterion_is_changed_checked_tried_and_previewed(site, visit, service_id):
    lead = hire(service_id, "Dr Le Ad", "manager")
    with scope(service_id):
        Membership.objects.filter(pk=lead.membership.pk).update(leads=True)
        lead.membership.refresh_from_db()
        draft = drafting.start(by=lead.membership)
    compile_draft(SLUG, drafting.files_of(pathway.find(SLUG)))  # what a process does once, and takes seconds
    tab = visit(site, EVERY_SIZE)
    page = tab.page
    lead.sign_in(tab)

    # --- from the overview to one criterion
    tab.open(f"/pathway/draft/{draft.key}/edit/")
    expect(page.get_by_role("heading", name="Edit the draft")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Criteria", exact=True).click()
    expect(page.get_by_role("link", name="18 or over", exact=True)).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="18 or over", exact=True).click()
    tab.axe()

    # --- the lint speaks while somebody writes, and Check says it without a script
    against = page.get_by_label("Plain words when it speaks against")
    against.fill("You are not eligible.")
    expect(page.locator("#id_plain_against-lint")).to_contain_text("Say it without “eligible”", timeout=30_000)
    expect(page.locator("[data-lint-said]")).to_contain_text("to put right")
    tab.axe()
    page.get_by_role("button", name="Check").click()
    errs(page, tab, "Say it without “eligible”")
    expect(page.get_by_label("Plain words when it speaks against")).to_have_value("You are not eligible.")
    page.get_by_label("Plain words when it speaks against").fill("You are not 18 yet.")
    page.get_by_label("Question for referrers").fill("When was the patient born?")
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("Saved in the draft.")).to_be_visible(timeout=30_000)

    # --- a finding more, picked from the vocabulary
    page.get_by_role("link", name="What speaks for and against it").click()
    expect(page.get_by_role("heading", name="What speaks for and against")).to_be_visible()
    tab.axe()
    page.get_by_label("Search the findings").fill("sciatica")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("button", name="Add the rule")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Add the rule").click()
    errs(page, tab, "Search for a finding, and tick it")
    page.get_by_label("Neuropathic pain", exact=True).check()
    page.get_by_label("Against the referral now").check()
    page.get_by_label("Why, beside the quote").fill("pain of a nerve")
    page.get_by_role("button", name="Add the rule").click()
    expect(page.get_by_text("The rule is in the draft.")).to_be_visible(timeout=30_000)

    # --- tried on a sentence, before and after
    page.get_by_role("link", name="Try it on a sentence or a letter").click()
    page.get_by_role("button", name="Read it").click()
    errs(page, tab, "Enter a sentence, or paste a letter")
    page.get_by_label("A sentence or a letter").fill("He has sciatica.")
    page.get_by_role("button", name="Read it").click()
    shown = page.get_by_label("What was read")
    expect(shown).to_contain_text("pain of a nerve", timeout=30_000)
    expect(shown.locator("div").first).to_contain_text("Not stated")
    tab.axe()

    # --- and previewed where it appears
    tab.open(f"/pathway/draft/{draft.key}/preview/?criterion=adult")
    tab.axe()
    page.get_by_role("link", name="The question for referrers").click()
    expect(page.get_by_text("Preview of a draft.")).to_be_visible()
    expect(page.get_by_label("When was the patient born?")).to_be_visible()
    tab.axe()
    for kind in ("sheet/adult", "reason/adult", "practitioners/criteria", "patients-page/persistent-pain",
                 "message/reminder-patient", "right-time", "right-time-card/1", "questions/about-your-pain",
                 "status/screening", "deciding"):  # fmt: skip
        tab.open(f"/pathway/draft/{draft.key}/preview/{kind}/")
        expect(page.get_by_text("Preview of a draft.")).to_be_visible()
        tab.axe()

    with scope(service_id):
        draft = PathwayDraft.objects.get()
    whole = drafting.compiled(draft)
    assert whole.problems == []
    assert whole.pathway.criterion("adult").question == "When was the patient born?"
