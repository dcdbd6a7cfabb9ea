"""What a letter says about whom it is from and about, offered for a person to confirm, with the words it comes from."""

from dataclasses import dataclass
from typing import Any

from painpath.directory.finding import titled
from painpath.referrals.arriving.stated import stated
from painpath.referrals.models import Referral
from painpath.triage.presenters.sent_online import offered, online_of

_YES_NO = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True)
class Offers:
    """What the form starts with, and a hint for each field that the letter filled."""

    initial: dict[str, Any]
    hints: dict[str, str]


def offers(referral: Referral) -> Offers:
    """What is on record already; else what was sent online; else what the letter states. Nothing is made up."""
    if referral.patient is not None:
        return Offers(_on_record(referral), {})
    run = referral.last_screening()
    initial, quotes = stated(run.identifiers if run else {})
    if "ubrn" in initial:
        initial["route"] = "gp-ers"
    hints = {field: f"The letter says: “{quote}”" for field, quote in quotes.items()}
    online = online_of(referral)
    if online is not None:
        sent = offered(online)
        hints |= {
            field: " ".join(filter(None, ("Sent by the referrer.", hints.get(field, "")))) for field in sent
        }  # fmt: skip
        initial |= sent
    return Offers(initial, hints)


def _on_record(referral: Referral) -> dict[str, Any]:
    patient = referral.patient
    names = [
        "title", "given_name", "family_name", "date_of_birth", "nhs_number", "sex", "ethnicity", "address", "postcode",
        "phone", "email", "language", "interpreter", "communication_needs", "safe_contact", "proxy_name",
        "proxy_relationship", "proxy_authority",
    ]  # fmt: skip
    found = {name: getattr(patient, name) for name in names}
    found |= {
        name: getattr(referral, name)
        for name in ("route", "ubrn", "circumstances", "information_given_on", "information_version", "consented_on")
    }
    found["locality"] = referral.locality or "unknown"
    found["may_convert"] = _YES_NO[referral.may_convert] if referral.route else ""
    if referral.referrer:
        one = referral.referrer
        found |= {
            "referrer_name": one.name, "referrer_profession": one.profession, "referrer_email": one.email,
            "referrer_registration": one.registration,
        }  # fmt: skip
    if referral.practice:
        found["practice_name"] = titled(referral.practice)
    return found
