"""Whether e-RS and the record speak of the same patient: by the NHS number, where both give one."""

import re

from painpath.letters.wording import nhs_number
from painpath.referrals.models import Referral


def on_record(referral: Referral) -> str:
    """The NHS number of a referral's patient; of one that nobody has registered, what came with it. Empty for none."""
    if referral.patient is not None:
        return referral.patient.nhs_number
    online = getattr(referral, "online", None)
    return str(online.patient.get("nhs_number") or "") if online is not None else ""


def difference(stated: str, referral: Referral) -> str:
    """That e-RS names somebody else, in a sentence without its end; empty while it names the same or no number."""
    theirs, ours = re.sub(r"\s", "", stated), on_record(referral)
    if not theirs or not ours or theirs == ours:
        return ""
    return (
        f"In e-RS the NHS number of this request is {nhs_number(theirs)}. On record it is {nhs_number(ours)} "
        f"(referral {referral.reference}), so this may be another patient's request"
    )


def not_compared(stated: str, referral: Referral) -> str:
    """That nobody could compare the numbers, in a sentence; empty where both are there."""
    if stated and on_record(referral):
        return ""
    who = "e-RS gives" if not stated else "The record has"
    return f"{who} no NHS number, so the two were not compared: make sure that this is the same patient."
