"""Where a referral is, printed for the patient: for people without the internet, and to hand over or to post.

The same words as on their own page (`where_it_is`), in the layout that they need, with the reference and how to see
the page; never a code, which goes its own way.
"""

from collections.abc import Sequence

from painpath import clock
from painpath.letters.channels import addressee
from painpath.letters.codes import patients_page
from painpath.letters.formats import layout_for
from painpath.letters.pdf import set_letter
from painpath.letters.where_it_is import Where, where_it_is
from painpath.letters.wording import clean, day, line
from painpath.pathway import Pathway, contacts_for
from painpath.pathway.crisis import crisis_line, help_now
from painpath.referrals.models import Referral
from painpath.referrals.refusal import Refused
from painpath.referrals.theirs import patient_may_open


def check_print(referral: Referral) -> None:
    """Raise `Refused` for a referral that shows its patient nothing."""
    if not patient_may_open(referral, died=False):
        raise Refused("There is no page for the patient: this referral is not registered, or was closed in error.")


def set_status(referral: Referral, pathway: Pathway) -> bytes:
    """PDF/UA-1 of where this referral is today. Raises `Refused`, and LetterError for what cannot be printed."""
    check_print(referral)
    known = addressee(referral, "patient")
    data = {
        "audience": "patient",
        "layout": layout_for(referral.patient),
        "service": line(pathway.service),
        "patient": line(known.name),
        "reference": referral.reference,
        "address": [line(known.name), *map(line, known.lines)],
        "written_on": day(clock.today()),
        "particulars": [("Our reference", referral.reference)],
        "greeting": f"Dear {line(known.name)}",
        "heading": "Where your referral is",
        "opening": [_text("This is what your own page says today.")],
        "sections": [
            {"purpose": "other", "heading": heading, "parts": parts}
            for heading, parts in _sections(referral, pathway, where_it_is(referral, pathway))
        ],
        "closing": "Yours sincerely",
        "sign_off": [line(pathway.plain_team[:1].upper() + pathway.plain_team[1:])],
        "copied_to": [],
    }
    return set_letter(pathway.name, data, clock.today())


def _sections(
    referral: Referral, pathway: Pathway, where: Where
) -> list[tuple[str, list[dict[str, object]]]]:  # fmt: skip
    found = [(where.name, [_text(where.now), _text(where.next)])]
    for one in where.awaited:
        if one.mine:
            asked = [_list(one.questions)] if one.questions else []
            if one.questionnaire:
                asked = [_text("We have sent you a questionnaire.")]
            found.append(("What we ask you", [*asked, _text(f"Please answer by {one.by} if you can.")]))
        else:
            found[0][1].append(_text(f"We also wait for the person who referred you, until {one.by}."))
    for decision in where.decisions:
        parts = [_text(f"We took this back on {decision.taken_back}.")] if decision.taken_back else []
        parts += [_text(decision.what), _text(f"This was decided by {decision.name}, {decision.role}.")]
        if decision.contact:
            parts.append(_text(f"How to reach them: {decision.contact}"))
        found.append((f"What we decided on {decision.on}", parts))
    found.append(("What has happened so far", [_list([f"{step.when}: {step.what}" for step in where.steps])]))
    found.append(("How to tell us something", _how(referral, pathway)))
    found.append(("Get help now", [_list([crisis_line(one) for one in help_now(pathway)])]))
    return found


def _how(referral: Referral, pathway: Pathway) -> list[dict[str, object]]:
    contacts = contacts_for(pathway, referral.locality or None)
    parts = [_list([f"{one.label}: {one.value}" for one in contacts])] if contacts else []
    page = patients_page(referral.service.slug)
    at = f" at {page}" if page else ""
    parts.append(
        _text(
            f"You can see this page online{at}. You need our reference, your date of birth and a code. Ask for the "
            "code there, or ask us. It comes to you by email or by post."
        )
    )
    emergency = pathway.patient_status.plain_emergency
    return [*parts, _text(f"{pathway.patient_status.plain_emergency_heading}:"), _list(emergency)]


def _text(words: str) -> dict[str, object]:
    return {"text": clean(words), "items": []}


def _list(items: Sequence[str]) -> dict[str, object]:
    return {"text": "", "items": [line(one) for one in items]}
