"""With which other programs a service speaks, and how. Everything is off unless the service has switched it on.

Keys, passwords and addresses of servers are no pathway data: they stand in the environment of the site.
"""

from typing import Literal

from painpath.pathway.base import Data, Words

OnOff = Literal["off", "on"]


class Exchange(Data, frozen=True, kw_only=True):
    """One switch for each way in. The way by hand is there whatever is switched on."""

    ers: Literal["by_hand", "api"] = "by_hand"
    """e-RS: people copy to and fro, or the program asks and answers within a clinician's own session."""
    fhir: OnOff = "off"
    """The FHIR R4 facade, for programs that a manager has registered."""
    cds_hooks: OnOff = "off"
    """A card for whoever is about to refer. It never stops them."""
    bars: OnOff = "off"
    """Referrals by the Booking and Referral Standard."""
    source: Words = "Nothing is switched on."
