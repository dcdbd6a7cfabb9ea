"""Letters that no clinician signs: reminders, notices, questions and codes by post, and the page with an address.

They have the look of the pathway's letters, in the layout that the patient needs, and are from the team.
"""

from painpath import clock
from painpath.letters.codes import clear_text
from painpath.letters.formats import layout_for
from painpath.letters.models import Dispatch
from painpath.letters.pdf import set_letter
from painpath.letters.wording import clean, day, line, paragraphs
from painpath.pathway import Pathway


def set_text(dispatch: Dispatch, pathway: Pathway) -> bytes:
    """A dispatch that has words and no letter, as PDF/UA-1. Raises LetterError for what cannot be printed."""
    return _typeset(dispatch, pathway, dispatch.subject, clear_text(dispatch))


def set_address_page(dispatch: Dispatch, pathway: Pathway) -> bytes:
    """The page that goes in front of a letter which shows no address, or another one than it goes to."""
    notice = pathway.notices.enclosed
    words = notice.plain_text.format(reference=dispatch.referral.reference)
    return _typeset(dispatch, pathway, notice.plain_subject, words)


def _typeset(dispatch: Dispatch, pathway: Pathway, heading: str, words: str) -> bytes:
    patient = dispatch.to == "patient"
    greeting = f"Dear {line(dispatch.name)}" if patient or dispatch.to == "referrer" else "Dear Colleague"
    data = {
        "audience": "patient",  # the small block of particulars: our reference stands beside the address
        "layout": layout_for(dispatch.referral.patient) if patient else "standard",
        "service": line(pathway.service),
        "patient": line(dispatch.name),
        "reference": dispatch.referral.reference,
        "address": [line(dispatch.name), *map(line, dispatch.address.splitlines())],
        "written_on": day(clock.today()),
        "particulars": [("Our reference", dispatch.referral.reference)],
        "greeting": greeting,
        "heading": line(heading) or "A message for you",
        "opening": [_part(paragraph) for paragraph in paragraphs(clean(words))],
        "sections": [],
        "closing": "Yours sincerely",
        "sign_off": [line(pathway.plain_team[:1].upper() + pathway.plain_team[1:])],
        "copied_to": [],
    }
    return set_letter(pathway.name, data, clock.today())


def _part(paragraph: str) -> dict[str, object]:
    """A paragraph; or a list, where every line begins with `- `."""
    lines = paragraph.splitlines()
    if all(one.startswith("- ") for one in lines):
        return {"text": "", "items": [one[2:] for one in lines]}
    return {"text": paragraph, "items": []}
