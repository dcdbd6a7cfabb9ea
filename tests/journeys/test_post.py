"""What goes out, in a browser: a contact confirmed, a held letter read and released, a batch printed and posted."""

import re
from types import SimpleNamespace

import pypdfium2
from playwright.sync_api import expect

from painpath.accounts.models import Service
from painpath.accounts.scope import scope
from painpath.letters import outbox
from painpath.letters.models import Dispatch, InboundMessage
from tests.browsing import EVERY_SIZE
from tests.journeys.staff import hire
from tests.letters.posting import ADDRESS, decide
from tests.referrals.conftest import waiting_referral


def decided(service_id, administrator, consultant, **patient):
    """A referral with both letters signed, whose practice has an address."""
    with scope(service_id):
        team = SimpleNamespace(
            service=Service.objects.get(), administrator=administrator.membership, consultant=consultant.membership
        )
        referral = waiting_referral(team, patient=ADDRESS | patient, route="practitioner-letter", ubrn="")
        referral.practice.address, referral.practice.postcode = "1 Practice Road\nExampleton", "EX1 3GP"
        referral.practice.save()
        decide(team, referral)
        return referral


def test_the_post(site, visit, service_id, tmp_path):
    administrator = hire(service_id, "Ada Min", "administrator")
    consultant = hire(service_id, "Dr Con Sultant", "clinician", "consultant")
    held = decided(service_id, administrator, consultant, safe_contact="Never write to my home.")
    free = decided(service_id, administrator, consultant, family_name="Freeman")
    with scope(service_id):
        InboundMessage.objects.create(
            service_id=service_id, source="mesh", message_id="20261126101010_ABC", content=b"What is this?",
            headers={"mex-from": "X26ABC3", "mex-subject": "For the pain team", "mex-workflowid": "SOMETHING"},
            why="Somebody has sent this to our MESH mailbox (workflow SOMETHING). Open it and read it.",
        )  # fmt: skip

    tab = visit(site, EVERY_SIZE)
    administrator.sign_in(tab)
    page = tab.page

    # --- a contact is confirmed as it stands
    tab.open(f"/referrals/{free.reference}/")
    expect(page.locator(".painpath-facts").filter(has_text="leonard@example.com")).to_contain_text("Not confirmed")
    page.get_by_role("link", name="Contacts and post").click()
    email = page.get_by_role("region", name="Email address")
    email.get_by_role("button", name="Confirm").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say how you made sure")
    tab.axe()
    email.get_by_label("How did you make sure?").fill("Read out on the phone")
    email.get_by_role("button", name="Confirm").click()
    expect(email).to_contain_text("Confirmed by Ada Min on")
    expect(email.get_by_role("button")).to_have_count(0)
    expect(page.get_by_role("table")).to_contain_text("Letter to the patient, by post")
    tab.axe()

    # --- what is held says why; a person reads it and chooses
    tab.open("/post/")
    expect(page.get_by_role("heading", name="To print (3)")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("Somebody must look first"))).to_be_visible()
    tab.axe()
    held_part = page.get_by_role("region", name=re.compile("Somebody must look first"))
    held_part.get_by_role("link", name=re.compile(f"Letter to the patient, by post, {held.reference}")).click()
    expect(page.get_by_role("note", name="Why this waits for you")).to_contain_text("Never write to my home")
    assert page.locator("input[type=radio]:checked").count() == 0
    page.get_by_role("button", name="Record").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose what happens to it")
    tab.axe()
    page.get_by_label("Send it by post").check()
    page.get_by_label("Postal address").fill("c/o A Friend\n1 Safe Street\nEX1 1AA")
    page.get_by_label("What have you read or agreed?").fill("He asked for it to go to his friend.")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("heading", name="To print (4)")).to_be_visible()

    # --- what came and no program understands: downloaded, settled with words
    page.get_by_role("link", name="For the pain team").click()
    expect(page.get_by_role("note", name="Why this waits for you")).to_contain_text("workflow SOMETHING")
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download it as it came").click()
    assert downloading.value.path().read_bytes() == b"What is this?"
    page.get_by_role("button", name="This is done").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Say what was done about it")
    tab.axe()
    page.get_by_label("What have you done about it?").fill("A letter for another team. Sent on to them.")
    page.get_by_role("button", name="This is done").click()
    expect(page.get_by_role("heading", name="To print (4)")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("Came to us"))).to_have_count(0)

    # --- printed, downloaded; one is stopped before it is posted
    page.get_by_role("button", name="Print these").click()
    expect(page.get_by_role("heading", name="Letters to post")).to_be_visible()
    tab.axe()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Download the letters").click()
    path = tmp_path / "batch.pdf"
    downloading.value.save_as(path)
    with pypdfium2.PdfDocument(path) as pdf:
        text = [one.get_textpage().get_text_bounded() for one in pdf]
    assert "Posting list" in text[0]
    assert any("1 Safe Street" in one and "We enclose a letter." in one for one in text)
    with scope(service_id):
        stopped = Dispatch.objects.get(referral=free, to="patient")
        outbox.stop([stopped], by=consultant.membership, why="The decision was reversed.")
    page.reload()
    page.get_by_role("button", name="These were posted").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Take out what must not be posted")
    tab.axe()
    page.get_by_label(re.compile("Freeman: Letter to the patient")).check()
    page.get_by_role("button", name="These were posted").click()
    expect(page.get_by_role("heading", name="Sent in the last seven days (3)")).to_be_visible()
    with scope(service_id):
        letter = Dispatch.objects.get(referral=held, to="patient")
        assert (letter.state, letter.sent_by.name) == ("sent", "Ada Min")
    tab.axe()
    tab.open(f"/referrals/{held.reference}/timeline/")
    expect(page.get_by_role("heading", name="Sent: letter to the patient, by post")).to_be_visible()
    expect(page.get_by_text("He asked for it to go to his friend.")).to_be_visible()
    tab.axe()

    # --- one came back: found by the reference printed on it, and nothing else leaves for that address
    tab.open("/post/")
    page.get_by_role("link", name="A letter came back, or arrived").click()
    page.get_by_label("Reference").fill("nothing")
    page.get_by_role("button", name="Find the letter").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("A reference has 8 letters and numbers")
    tab.axe()
    page.get_by_label("Reference").fill(held.reference.lower())
    page.get_by_role("button", name="Find the letter").click()
    page.get_by_role("link", name=re.compile("Did it arrive. Letter to the patient")).click()
    page.get_by_role("button", name="Record").click()
    expect(page.locator(".nhsuk-error-summary")).to_contain_text("Choose what became of it")
    tab.axe()
    page.get_by_label("It came back: refused").check()
    page.get_by_label("How do you know?").fill("Ticked on the envelope")
    page.get_by_role("button", name="Record").click()
    expect(page.get_by_role("table", name="What goes out")).to_contain_text("Came back")
    tab.axe()
    page.get_by_role("link", name=re.compile("See what to do")).click()
    expect(page.get_by_role("button", name="Send it again, to the address on record")).to_be_visible()
    tab.axe()
    page.get_by_label("How do you know that it did not come back?").fill("That was another letter")
    page.get_by_role("button", name="It did not come back").click()
    page.get_by_role("link", name=re.compile("Did it arrive. Letter to the patient")).click()
    page.get_by_label("It arrived").check()
    page.get_by_label("How do you know?").fill("He rang about it")
    page.get_by_role("button", name="Record").click()
    tab.open(f"/referrals/{held.reference}/timeline/")
    for title in ("Arrived", "Had not come back after all", "Came back", "Sent"):
        expect(page.get_by_role("heading", name=f"{title}: letter to the patient, by post")).to_be_visible()
