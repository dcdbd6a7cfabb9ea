"""With which other programs a service speaks, and how. Everything is off unless the service has switched it on.

Keys, passwords and addresses of servers are no pathway data: they stand in the environment of the site.
"""

from typing import Annotated, Literal

import msgspec

from painpath.pathway.base import Data, Id, Words

OnOff = Literal["off", "on"]
ErsService = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,20}$")]
"""The number of a service in e-RS."""


class Override(Data, frozen=True, kw_only=True):
    """Why somebody may pass over a card, for them to choose from."""

    id: Id
    words: Words


class Cards(Data, frozen=True, kw_only=True):
    """Which draft orders are referrals to this service, and what somebody may answer to a card."""

    named: tuple[Words, ...] = ()
    """Words by which an order names the service, or what it does: one of them must be there, in any case of letters."""
    any_referral: tuple[Words, ...] = ()
    """What an order is called that names no service yet: then its reason decides."""
    reasons: tuple[Words, ...] = ()
    """Words of a reason for which an order that names no service yet is taken to be for this one."""
    overrides: tuple[Override, ...] = ()
    source: Words = "Nothing is set: every draft referral is taken to be for this service."


class Exchange(Data, frozen=True, kw_only=True):
    """One switch for each way in. The way by hand is there whatever is switched on."""

    ers: Literal["by_hand", "api"] = "by_hand"
    """e-RS: people copy to and fro, or the program asks and answers within a clinician's own session."""
    ers_lists: tuple[Literal["advice", "triage"], ...] = ("advice",)
    """Which lists of e-RS the team works on: requests for Advice and Guidance, referrals sent to an assessment service
    for triage (RAS), or both."""
    ers_triage_services: tuple[ErsService, ...] = ()
    """The assessment services of this team. The list of an organisation holds those of every other team too."""
    ers_reads: OnOff = "off"
    """Whether the program counts what waits for triage, twice a day, with nobody signed in. NHS England agrees to that
    for each application."""
    fhir: OnOff = "off"
    """The FHIR R4 facade, for programs that a manager has registered."""
    cds_hooks: OnOff = "off"
    """A card for whoever is about to refer. It never stops them."""
    cards: Cards = Cards()
    """For which orders there is one, and what may be answered to it."""
    bars: OnOff = "off"
    """Referrals by the Booking and Referral Standard."""
    source: Words = "Nothing is switched on."
