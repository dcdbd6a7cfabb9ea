"""A criterion is changed, tried, compared, approved by a second person; everybody reads the new words on the day."""

from datetime import timedelta
from types import SimpleNamespace

from playwright.sync_api import Page, expect

from painpath import clock, pathway
from painpath.accounts.models import Membership, Service
from painpath.accounts.scope import scope
from painpath.pathway.draft_files import compile_draft
from painpath.referrals import tasks
from painpath.referrals.models import PathwayDraft, PathwayVersion, Simulation
from painpath.referrals.publishing import drafting
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import Staff, hire
from tests.journeys.test_data_rights import errs
from tests.referrals.conftest import waiting_referral

SLUG = "southampton-portsmouth"
CRITERIA = "criteria/1-inclusion.yaml"
OLD = ("What is the patient's date of birth?", "Living with long-term pain")
NEW = ("When was the patient born?", "Living with pain that lasts")


def put(service_id: int, lead: Staff, text: str) -> None:
    """A file of criteria that was written elsewhere comes into the draft."""
    with scope(service_id):
        draft = PathwayDraft.objects.get()
        drafting.change(draft=draft, files={CRITERIA: text}, seen_revision=draft.revision, by=lead.membership)


def rewrite(page: Page, words: dict[str, str]) -> None:
    """The fields of the form that is open are written anew, and saved in the draft."""
    for label, text in words.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_text("Saved in the draft.")).to_be_visible(timeout=30_000)


def test_a_change_is_approved_by_a_second_person_and_shows_on_the_day(site, visit, service_id):
    lead, second = (
        hire(service_id, "Dr Le Ad", "manager"),
        hire(service_id, "Dr Con Sultant", "clinician", "consultant"),
    )
    office = hire(service_id, "Ada Min", "administrator")
    with scope(service_id):
        Membership.objects.filter(pk=lead.membership.pk).update(leads=True)
        lead.membership.refresh_from_db()
        team = SimpleNamespace(
            service=Service.objects.get(), administrator=office.membership, consultant=second.membership
        )
        before = waiting_referral(team)
    files = drafting.files_of(pathway.find(SLUG))
    compile_draft(SLUG, files)  # what a process does once, and a busy machine takes its time for
    tab = visit(site, EVERY_SIZE)
    page = tab.page

    # --- a lead starts a draft; a mistake is told with its place
    lead.sign_in(tab)
    tab.open("/pathway/")
    expect(page.get_by_text("nothing was published in the browser yet")).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Start a draft from a folder (zip) or FHIR").click()
    page.get_by_role("button", name="Start a draft").click()
    errs(page, tab, "Choose the zip of the pathway’s folder")
    tab.open("/pathway/").get_by_role("button", name="Start a draft", exact=True).click()
    expect(page.get_by_text("A draft was started")).to_be_visible()
    put(service_id, lead, files[CRITERIA].replace("group: inclusion", "group: including", 1))
    page.reload()
    expect(page.get_by_role("table", name="Mistakes in this draft")).to_contain_text("Criteria 1, group")
    expect(page.get_by_role("button", name="Ask for approval")).to_have_count(0)
    tab.axe()
    put(service_id, lead, files[CRITERIA])
    page.reload()
    expect(page.get_by_text("None were found.")).to_be_visible()
    draft = page.url

    # --- a criterion and a page of patients are changed in the editor
    page.get_by_role("button", name="Edit its parts").click()
    page.get_by_role("link", name="Criteria", exact=True).click()
    page.get_by_role("link", name="18 or over", exact=True).click()
    rewrite(page, {"Name": "An adult", "Question for referrers": NEW[0]})
    tab.open(f"{draft}edit/patient_pages/".removeprefix(site))
    rewrite(page, {"Plain words: title": NEW[1]})

    # --- and with them the version: another has this one already
    page.goto(draft)
    expect(page.get_by_text("There is a version 2025-11 with other content already")).to_be_visible()
    page.get_by_role("link", name="Give this draft another version").click()
    rewrite(page, {"Version": "2030-01"})

    # --- tried on what came in the last month: words alone change no state
    page.goto(draft)
    page.get_by_role("button", name="Try it on past referrals").click()
    page.get_by_role("button", name="Try it").click()
    with scope(service_id):
        run = Simulation.objects.get()
    tasks.simulate(service=service_id, simulation=run.pk)
    page.reload()
    expect(page.get_by_text("Nothing changes. In 1 referral")).to_be_visible()
    page.goto(draft)

    # --- compared word by word, then submitted
    page.get_by_role("button", name="What changes").click()
    expect(page.locator(".painpath-words del", has_text="18 or over").first).to_be_visible()
    expect(page.get_by_role("heading", name="Criteria, “An adult”: question")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Draft").first.click()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("keep the version they came in under")).to_be_visible()
    page.get_by_role("button", name="Ask for approval").click()
    errs(page, tab, "Enter the day from which it is in force")
    tomorrow = clock.tomorrow()
    for part in ("Day", "Month", "Year"):
        page.get_by_label(part, exact=True).fill(str(getattr(tomorrow, part.lower())))
    page.get_by_label("Why is this published?").fill("Referrers misread the question.")
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("You asked for approval.")).to_be_visible()
    expect(page.get_by_role("button", name="Read what changes, and approve")).to_have_count(0)
    tab.axe()

    # --- a second person reads all of it and presses
    second.sign_in(tab)
    tab.open("/pathway/")
    page.get_by_role("link", name="Draft").first.click()
    page.get_by_role("button", name="Send it back").click()
    page.get_by_role("button", name="Send it back").click()
    errs(page, tab, "Say what is to be changed")
    page.get_by_role("link", name="Draft").first.click()
    page.get_by_role("button", name="Read what changes, and approve").click()
    expect(page.locator(".painpath-words ins", has_text="An adult").first).to_be_visible()
    tab.axe()
    page.get_by_role("button", name="Approve it").click()
    expect(page.get_by_text("Approved.", exact=True)).to_be_visible()
    tab.open("/pathway/")
    expect(page.get_by_role("heading", name="Coming")).to_be_visible()
    tab.axe()
    assert reads(tab) == (True, False)

    # --- until its day a lead can withdraw it
    lead.sign_in(tab)
    tab.open("/pathway/").get_by_role("link", name="Withdraw this publication before its day").click()
    expect(page.get_by_text("What is in force today stays in force then.")).to_be_visible()
    page.get_by_role("button", name="Withdraw it").click()
    errs(page, tab, "Say why it is withdrawn")

    # --- the day comes
    with clock.at(clock.midnight(tomorrow) + timedelta(hours=9)):
        assert reads(tab) == (False, True)
        with scope(service_id):
            after = waiting_referral(team)
            old = PathwayVersion.objects.earliest("pk")
        second.sign_in(tab)
        tab.open(f"/referrals/{after.reference}/")
        expect(page.get_by_text("An adult").first).to_be_visible()
        tab.open(f"/referrals/{before.reference}/")
        expect(page.get_by_text("18 or over").first).to_be_visible()
        expect(page.get_by_text("An adult")).to_have_count(0)
        tab.open(f"/pathway/version/{old.pk}/")
        expect(page.get_by_role("heading", name="18 or over")).to_be_visible()
        tab.axe()
        page.get_by_role("link", name="Compare with another version").click()
        expect(page.locator(".painpath-words ins", has_text="An adult").first).to_be_visible()
        tab.axe()


def reads(tab) -> tuple[bool, bool]:
    """Whether patients and referrers read the old words, and whether they read the new ones."""
    shown = ""
    for address in (f"/services/{SLUG}/patients/", f"/services/{SLUG}/practitioners/criteria/"):
        shown += tab.open(address).locator("body").text_content() or ""
    old, new = [words in shown for words in OLD], [words in shown for words in NEW]
    assert len({*old}) == len({*new}) == 1, (old, new)
    return old[0], new[0]
