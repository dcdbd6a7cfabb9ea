"""What the team sees of a referral that was sent online: who sent it, and what they typed, offered for the register."""

from datetime import date
from typing import Any

from painpath.pathway import Pathway
from painpath.referrals.models import OnlineReferral, Referral
from painpath.triage.presenters.words import day, moment

UNVERIFIED = "Sent by an account that is not verified yet"


def is_unverified(referral: Referral) -> bool:
    """Whether it was sent from an account whose registration nobody has compared with the register. `referrer` is
    fetched."""
    return referral.sent_by_id is not None and referral.referrer is not None and referral.referrer.verified_at is None


def online_of(referral: Referral) -> OnlineReferral | None:
    """What was sent online; None for what came in another way."""
    return getattr(referral, "online", None)


def facts(referral: Referral, pathway: Pathway) -> list[tuple[str, str]]:
    """Who sent it online and when, for the top of the page; nothing for what came in another way."""
    online, sender = online_of(referral), referral.referrer
    if online is not None and online.program:
        read_past = [said for message in referral.inbound.all() for said in message.warnings]
        sent = [("Sent by another program", f"{moment(online.sent_at)}, by {online.program}")]
        return sent + ([("Read past a fault", " ".join(read_past))] if read_past else [])
    if online is None or sender is None:
        return []
    registers = {one.id: one.name for one in pathway.referring.registers}
    number = " ".join(filter(None, (registers.get(sender.register, ""), sender.registration)))
    where = sender.practice.name if sender.practice else sender.workplace
    known = (
        f"Verified on {day(sender.verified_at)}: {sender.verified_how}" if sender.verified_at else "Not verified yet"
    )
    return [
        ("Sent online", ", ".join(filter(None, (moment(online.sent_at), f"by {sender.name}", where)))),
        ("Registration of the referrer", f"{number or 'No number'}. {known}"),
    ]


def offered(online: OnlineReferral) -> dict[str, Any]:
    """What the form of the register starts with: the details as they were typed, for a person to confirm."""
    values: dict[str, Any] = {name: value for name, value in online.patient.items() if value}
    details = online.details
    kept = ("route", "ubrn", "may_convert", "circumstances", "information_version", "information_given_on",
            "consented_on")  # fmt: skip
    values |= {name: details[name] for name in kept if details.get(name)}
    for name in ("date_of_birth", "information_given_on", "consented_on"):
        if values.get(name):
            values[name] = date.fromisoformat(values[name])
    return values
