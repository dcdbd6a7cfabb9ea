"""The forms about what goes with a reply in e-RS, and about a tick there that was a mistake."""

from typing import Any

from painpath.letters.ers import not_taken
from painpath.pathway import Pathway
from painpath.referrals.decisions.decision_content import REPLIES
from painpath.referrals.guidance import attaching, ers_codes
from painpath.referrals.models import Document, Referral
from painpath.triage.presenters.words import day, person
from painpath.web import forms


def attachments_field(referral: Referral, pathway: Pathway, outcome: str) -> dict[str, Any]:
    """Which files go with the reply, where the team answers the referrer. Nothing is chosen beforehand."""
    documents = attaching.offered(referral) if outcome in REPLIES else []
    if not documents:
        return {}
    in_ers = ers_codes.takes_the_letter(ers_codes.reply_of(referral, pathway, outcome))
    first = attaching.came_with(documents)
    return {
        "attachments": forms.Checkboxes(
            "Which files go with your reply?",
            hint="Choose none if only your words go. Add a file to the referral first if it is not here: the link is "
            "at the end of this page.",
            options=[
                forms.Option(str(one.pk), one.name, _about(one, came=one.pk in first, in_ers=in_ers))
                for one in documents
            ],
            required=False, error=attaching.GONE,
        )
    }  # fmt: skip


def _about(document: Document, *, came: bool, in_ers: bool) -> str:
    by = f", by {person(document.received_by)}" if document.received_by else ""
    about = f"{'Came with the request' if came else 'Added'} on {day(document.received_at)}{'' if came else by}"
    return " ".join(filter(None, (f"{about}.", not_taken(document.name, document.size) if in_ers else "")))


class NotSent(forms.Form):
    """Why a reply that was ticked as sent was not sent."""

    words = forms.TextArea(
        "How do you know that it was not sent?", rows=3, max_length=1000,
        hint="For example: I ticked the wrong patient’s reply; nothing stands in e-RS",
        error="Say how you know that the reply was not sent",
    )  # fmt: skip
