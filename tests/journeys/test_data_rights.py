"""How long records are kept and what people ask about their data, in a browser, each page with axe."""

import json
import re
import zipfile
from types import SimpleNamespace

from playwright.sync_api import expect

from painpath import clock
from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.referrals.models import Referral
from painpath.referrals.retention import reckoning
from painpath.referrals.together import discussing
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import hire
from tests.referrals.conftest import waiting_referral
from tests.referrals.ended import withdrawn


def errs(page, tab, words):
    expect(page.locator(".nhsuk-error-summary")).to_contain_text(words)
    tab.axe()


def test_a_record_is_held_kept_and_destroyed_by_two(site, visit, service_id):
    one, other = (hire(service_id, name, "manager") for name in ("Man Ager", "Other Manager"))
    administrator = hire(service_id, "Ada Min", "administrator").membership
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant").membership
    with scope(service_id):
        team = SimpleNamespace(service=Service.objects.get(), administrator=administrator, consultant=consultant)
        referral = withdrawn(team)
        reckoning.reckon(team.service, [referral.pk])

    tab = visit(site, EVERY_SIZE)
    one.sign_in(tab)
    page = tab.page
    tab.open("/service/").get_by_role("link", name="Records to review").click()
    expect(page.get_by_role("table")).to_contain_text("and 2 years is 2 March 2017")
    expect(page.get_by_role("heading", name="Nobody has confirmed these periods")).to_be_visible()
    tab.axe()
    page.get_by_role("link", name=re.compile("Leonard Ashcombe")).click()
    expect(page.get_by_text("Due for review since 2 March 2017")).to_be_visible()
    tab.axe()

    # --- a hold stops everything
    page.get_by_role("button", name="Put it on hold").click()
    page.get_by_role("button", name="Put it on hold").click()
    errs(page, tab, "Say why nothing may be destroyed")
    page.get_by_label("Why may nothing be destroyed?").fill("A claim.")
    page.get_by_role("button", name="Put it on hold").click()
    expect(page.get_by_text("It cannot be destroyed now.")).to_contain_text("on hold")
    tab.axe()
    page.get_by_role("link", name="End this hold").click()
    page.get_by_role("button", name="End the hold").click()
    errs(page, tab, "Say why the hold has ended")
    page.get_by_label("Why has the hold ended?").fill("Settled.")
    page.get_by_role("button", name="End the hold").click()

    # --- kept longer: not with a day in the past
    page.get_by_role("button", name="Keep it longer").click()
    page.get_by_role("button", name="Keep it").click()
    errs(page, tab, "Enter the day until which it is kept")

    # --- one asks
    tab.open(f"/referrals/{referral.reference}/keeping/")
    page.get_by_role("button", name="Ask to destroy it").click()
    page.get_by_label("Why is it not needed any longer?").fill("Long over.")
    page.get_by_label("Reference of this referral").fill("2222-2222")
    page.get_by_role("button", name="Ask to destroy it").click()
    errs(page, tab, "not the reference")
    page.get_by_label("Reference of this referral").fill(referral.reference)
    page.get_by_role("button", name="Ask to destroy it").click()
    expect(page.get_by_text("Another manager or lead has to agree.").last).to_be_visible()
    expect(page.get_by_role("button", name="Agree and destroy it")).to_have_count(0)

    # --- another agrees
    other.sign_in(tab)
    tab.open("/service/records-to-review/")
    tab.axe()
    page.get_by_role("link", name=referral.reference, exact=True).click()
    tab.axe()
    page.get_by_role("button", name="Agree and destroy it").click()
    page.get_by_role("button", name="Destroy it for good").click()
    errs(page, tab, "Type the reference")
    page.get_by_label("Reference of this referral").fill(referral.reference)
    page.get_by_role("button", name="Destroy it for good").click()
    expect(page.get_by_role("heading", name="Certificate")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("Ashcombe")
    tab.axe()
    with scope(service_id):
        assert not Referral.objects.exists()


def test_a_copy_is_read_through_and_given_and_a_disagreement_is_noted(site, visit, service_id, tmp_path):
    manager = hire(service_id, "Man Ager", "manager")
    administrator = hire(service_id, "Ada Min", "administrator").membership
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant").membership
    with scope(service_id):
        team = SimpleNamespace(service=Service.objects.get(), administrator=administrator, consultant=consultant)
        referral = waiting_referral(team)
        discussing.add_comment(referral=referral, by=consultant, text="His brother says he drinks.")

    tab = visit(site, EVERY_SIZE)
    manager.sign_in(tab)
    page = tab.page

    # --- a copy is asked for
    tab.open(f"/referrals/{referral.reference}/").get_by_role("link", name="Their data").click()
    tab.axe()
    page.get_by_role("button", name="Somebody asks for a copy").click()
    page.get_by_role("button", name="Record it").click()
    errs(page, tab, "Choose who asks")
    today = clock.today()
    for part, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        page.get_by_label(part).fill(str(value))
    page.get_by_label("The patient", exact=True).check()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("heading", name="A copy of what is held (open)")).to_be_visible()
    tab.axe()
    tab.open("/to-do/").get_by_role("link", name=re.compile("See what is asked")).click()

    # --- each thing is read; nothing is ticked beforehand
    page.get_by_role("link", name="Read everything and give the copy").click()
    assert page.locator("input[type=radio]:checked").count() == 0
    tab.axe()
    page.get_by_role("group", name=re.compile("Note of Dr Con Sultant")).get_by_label("No, leave it out").check()
    page.get_by_role("button", name="Save").click()
    errs(page, tab, "is left out")
    page.locator("input[type=text]:visible").fill("It is about somebody else.")
    for yes in page.get_by_label("Yes", exact=True).all():
        if "Note of" not in (yes.locator("xpath=ancestor::fieldset[1]").text_content() or ""):
            yes.check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Something has been said of everything.")).to_be_visible()
    assert page.locator("input[type=radio]:checked").count() == 0
    page.get_by_role("button", name="Give the copy").click()
    page.get_by_role("button", name="Give the copy").click()
    errs(page, tab, "Name the health professional")
    page.get_by_label("Which health professional judged").fill("Dr Con Sultant")
    page.get_by_label("How did you make sure who asks?").fill("Passport")
    page.get_by_role("button", name="Give the copy").click()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the copy").click()
    assert re.fullmatch(r"copy-of-record-\d+\.zip", downloading.value.suggested_filename)
    with zipfile.ZipFile(downloading.value.path()) as copy:
        summary = copy.read("summary.html").decode()
        assert len(json.loads(copy.read("record.json"))["left_out"]) == 1
    assert "brother" not in summary
    (tmp_path / "summary.html").write_text(summary)
    page.goto((tmp_path / "summary.html").as_uri())
    tab.axe()

    # --- something is wrong: noted beside what is kept
    tab.open(f"/referrals/{referral.reference}/data/wrong/")
    for part, value in (("Day", today.day), ("Month", today.month), ("Year", today.year)):
        page.get_by_label(part).fill(str(value))
    page.get_by_label("The patient", exact=True).check()
    page.get_by_role("button", name="Record it").click()
    errs(page, tab, "Say what is wrong")
    page.get_by_label("What is wrong, and what is right?").fill("I do not drink.")
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("link", name="Answer it").click()
    page.get_by_role("button", name="Record the answer").click()
    errs(page, tab, "Choose what became of it")
    page.get_by_label(re.compile("Kept, with a note")).check()
    page.get_by_label("What is it about?").select_option("This referral as a whole")
    page.get_by_label("What does the patient say?").fill("I never drank.")
    page.get_by_label(re.compile("What was done")).fill("We keep the letter, and your words beside it.")
    page.get_by_role("button", name="Record the answer").click()
    said = page.get_by_role("region", name="The patient says that something here is wrong")
    expect(said).to_contain_text("I never drank.")
    tab.axe()
    tab.open(f"/referrals/{referral.reference}/timeline/")
    expect(page.get_by_role("heading", name=re.compile("The patient says that this is wrong"))).to_be_visible()
