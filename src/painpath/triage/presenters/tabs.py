"""The pages of one referral, for its navigation, with what is waiting on them."""

from django.urls import reverse

from painpath.accounts.models import Membership
from painpath.accounts.roles import MANAGER
from painpath.pathway import Pathway
from painpath.referrals.guidance.ers_codes import came_by_ers
from painpath.referrals.models import Referral
from painpath.referrals.sheet.earlier import how_many_earlier
from painpath.referrals.transitions import STAFF


def tabs(referral: Referral, by: Membership, pathway: Pathway) -> list[tuple[str, str]]:
    """(words, address) of each page that `by` may open. Four queries at most."""

    def to(name: str) -> str:
        return reverse(f"triage:{name}", args=[referral.reference])

    found = [("Screening", to("referral")), ("Conversation", to("conversation"))]
    if came_by_ers(referral, pathway):
        found.append(("e-RS", to("ers")))
    found.append(("Timeline", to("timeline")))
    if by.role in STAFF and referral.patient_id is not None:
        found.append(("Contacts and post", to("contacts")))
    if by.role in STAFF and not referral.lacks("request") and referral.requests.exclude(questionnaire="").exists():
        found.append(("Questionnaire answers", to("answers")))
    if by.role in STAFF:
        comments = 0 if referral.lacks("comment") else referral.comments.count()
        found.append((counted("Discussion", comments), to("discussion")))
    found.append(("Their data", to("rights")))
    if by.role == MANAGER or by.leads:
        found.append(("How long it is kept", to("keeping")))
    if earlier := how_many_earlier(referral, by):
        found.append((counted("Earlier referrals", earlier), to("earlier")))
    return found


def counted(words: str, count: int) -> str:
    """`Discussion (2)`; nothing in brackets where there is nothing."""
    return f"{words} ({count})" if count else words
