"""A draft is tried on past referrals: from the form with a slip, over its progress, to what would change and for whom;
with axe, on phone and desk."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from painpath import clock
from painpath.accounts.changing import set_lead
from painpath.accounts.models import Membership
from painpath.accounts.scope import scope
from painpath.referrals import tasks
from painpath.referrals.models import Referral, Simulation, SimulationAlert
from painpath.referrals.publishing import drafting, tally
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import signed_in
from tests.referrals.conftest import LETTER, make_team, waiting_referral

FILE = "evidence/4-mind.yaml"
QUIET = LETTER.replace("He has severe depression and there is no\ncare plan in place", "He is well")


def fill_day(page: Page, group: str, day: str, month: str, year: str) -> None:
    fields = page.get_by_role("group", name=group)
    for label, value in (("Day", day), ("Month", month), ("Year", year)):
        fields.get_by_label(label).fill(value)


def lose_an_alert(run: Simulation, referral: Referral) -> None:
    """As if the draft did not alert to words of this referral. To take it from a vocabulary would cost seconds."""
    run = Simulation.objects.get(pk=run.pk)
    run.results["open"]["whole"]["moves"].append([f"{tally.ALERT}red_flag", "affirmed", "", 1])
    run.save(update_fields=["results"])
    transcript = referral.documents.get().transcripts.get()
    SimulationAlert.objects.create(
        service_id=run.service_id, simulation=run, referral=referral, kind="red_flag", before="affirmed", after="",
        transcript=transcript, quote="keen to learn", start=0, end=13, page=1,
    )  # fmt: skip


def test_a_draft_is_tried_on_past_referrals(site, visit, service_id):
    with scope(service_id):
        team = make_team()
        set_lead(member=team.colleague, leads=True, by=team.administrator)
        lead = Membership.objects.select_related("user", "service").get(pk=team.colleague.pk)
        draft = drafting.start(by=lead)
        mind, rest = draft.files[FILE].split("  - criterion: drug-alcohol-dependence", 1)
        text = f"{mind.replace('speaks: against', 'speaks: mention')}  - criterion: drug-alcohol-dependence{rest}"
        draft = drafting.change(draft=draft, files={FILE: text}, seen_revision=draft.revision, by=lead)
        assert not drafting.compiled(draft).problems  # as the draft's own page has done by then, in seconds
        people = [{"sex": "female"}, {"sex": "male"}]
        changed = [waiting_referral(team, LETTER, patient=people[at % 2]) for at in range(8)]
        for _ in range(7):
            waiting_referral(team, QUIET, patient=people[0])
    tab = visit(site, EVERY_SIZE)
    signed_in(tab, team.consultant.user)

    page = tab.open(f"/pathway/draft/{draft.key}/")
    page.get_by_role("button", name="Try it on past referrals").click()
    expect(page.get_by_role("heading", name="Try this draft on past referrals")).to_be_visible()
    tab.axe()
    fill_day(page, "First day", "1", "13", "2026")
    page.get_by_role("button", name="Try it").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("The first day must be a real date")
    tab.axe()
    earlier = clock.today() - timedelta(days=30)
    fill_day(page, "First day", str(earlier.day), str(earlier.month), str(earlier.year))
    page.get_by_role("button", name="Try it").click()
    expect(page.get_by_role("progressbar", name="It is being tried")).to_be_visible()
    expect(page.get_by_text("0 of 15 referrals were looked at")).to_be_visible()
    page.get_by_role("link", name="Stop updating it").click()
    expect(page.get_by_text("This page does not update itself now")).to_be_visible()
    tab.axe()

    with scope(service_id):
        run = Simulation.objects.get()
    tasks.simulate(service=service_id, simulation=run.pk)
    with scope(service_id):
        lose_an_alert(run, changed[0])
    page.get_by_role("link", name="Update it").click()
    expect(page.get_by_text("8 of 15 referrals would have a clause or an alert in another state")).to_be_visible()
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_role("heading", name="Alerts would be lost")).to_be_visible()
    expect(page.get_by_text("“keen to learn”")).to_be_visible()
    expect(page.get_by_role("link", name=changed[0].reference).first).to_be_visible()
    expect(page.get_by_text("severe depression").first).to_be_visible()
    tab.axe()
    page.get_by_role("link", name="Red flag").click()
    expect(page.get_by_text("Below, for whom: Red flag: from “The letter says so” to “Lost”")).to_be_visible()
    page.get_by_role("link", name="Major psychiatric").click()
    expect(page.get_by_text("Show every change")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name=changed[0].reference).first.click()
    expect(page.get_by_text(f"Referral {changed[0].reference}").first).to_be_visible()
