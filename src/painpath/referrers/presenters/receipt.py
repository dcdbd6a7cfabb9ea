"""The receipt of what was sent online: the reference, whom to ask, what happens next and by when."""

from typing import Any

from painpath import clock
from painpath.letters.wording import day
from painpath.pathway.contacts import contacts_for
from painpath.referrals import pathways
from painpath.referrals.models import OnlineReferral
from painpath.referrals.moves import reckon
from painpath.referrals.referring.sending_in import ANSWERS_FILE
from painpath.referrals.worklist import rota
from painpath.referrers.presenters.check import dangers
from painpath.referrers.presenters.refer import emergency, name_of
from painpath.referrers.reading import screen, with_answers


def page(online: OnlineReferral) -> dict[str, Any]:
    """What stands on it. The days are those by which the service says it acts; the contact is who is there today.

    Dangers in the answers stand on it at once; those of the files as soon as the record has read them.
    """
    referral = online.referral
    pathway = pathways.of(referral.pathway_version)
    sent = online.sent_at.astimezone(clock.LONDON)
    contact = rota.named_contact(referral.service_id, clock.today())
    team = contacts_for(pathway, referral.locality or None)
    answers = with_answers("", online.answers, pathway)
    answered = screen(answers, pathway)[1].alerts if answers else ()
    read = referral.alerts.exclude(transcript__document__name=ANSWERS_FILE)
    return {
        "reference": referral.reference,
        "patient": name_of(online.patient),
        "sent": f"{day(sent.date())} at {sent:%H:%M}",
        "contact": {"name": contact.name, "job": contact.job, "at": contact.contact} if contact else None,
        "team": [(one.label, one.value) for one in team],
        "steps": [
            (f"By {day(reckon(pathway.target('first-look'), sent.date()))}",
             "a person of the team looks at it and checks whom it is about."),
            (f"By {day(reckon(pathway.target('decision-told'), sent.date()))}",
             "a clinician has read it against the published criteria, and you and the patient are told what happens."),
            ("If anything is missing", "we ask you for that only. If you do not answer, a person gets in touch."),
        ],
        "emergency": emergency(pathway),
        "dangers": dangers([*answered, *read]),
        "verified": referral.referrer is not None and referral.referrer.verified_at is not None,
    }  # fmt: skip
