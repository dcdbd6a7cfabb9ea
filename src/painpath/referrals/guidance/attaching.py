"""Files that go with the team's reply to the referrer: which may, and which the clinician chose.

A file goes only as it stands on record: whoever sends one that is not there adds it to the referral first.
"""

from collections.abc import Sequence
from datetime import timedelta

from painpath.referrals.decisions.decision_content import REPLIES, DecisionContent
from painpath.referrals.models import Decision, Document, Referral

ONE_RECEIPT = timedelta(minutes=1)
"""Files of one receipt are stored in one transaction, moments apart."""

GONE = "A file that you chose is not with this referral any more. Choose again which files go with your reply."


def offered(referral: Referral) -> list[Document]:
    """What may go with a reply: the current documents, those added last first."""
    return list(
        Document.objects.current().filter(referral=referral).defer("content").select_related("received_by__user")
        .order_by("-id")
    )  # fmt: skip


def chosen(referral: Referral, attachments: Sequence[str]) -> list[Document]:
    """Those of these documents that are with the referral now, in the order in which they came."""
    wanted = {int(one) for one in attachments if one.isdecimal() and len(one) < 19}
    return [one for one in reversed(offered(referral)) if one.pk in wanted] if wanted else []


def problems(referral: Referral, content: DecisionContent) -> dict[str, str]:
    """`attachments` -> a sentence, when a chosen file is not, or no longer, a current document of this referral."""
    if content.outcome not in REPLIES or not content.attachments:
        return {}
    there = {str(one.pk) for one in chosen(referral, content.attachments)}
    return {"attachments": GONE} if set(content.attachments) - there else {}


def enclosed(decision: Decision) -> list[Document]:
    """What a signed decision sends with its reply, without what was moved away since."""
    return chosen(decision.referral, decision.details.get("attachments", ()))


def came_with(documents: Sequence[Document]) -> set[int]:
    """Which of a referral's documents came with the request itself: everything else was added later."""
    first = min((one.received_at for one in documents), default=None)
    return {one.pk for one in documents if first is not None and one.received_at - first < ONE_RECEIPT}
