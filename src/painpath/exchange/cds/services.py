"""What the discovery address says is here (CDS Hooks 2.0.1, "Discovery").

`version` is of the ballot of 3.0.0: the release of CDS Hooks that a service was written to, one of STU1, STU2, STU3
(logical model CDSHooksServices). A `hookVersion` stands in the table of each published hook, never in a discovery.
"""

from typing import Any

from painpath.exchange.cds.orders import HOOKS
from painpath.pathway import Pathway

SERVICES = {"check-referral-select": "order-select", "check-referral-sign": "order-sign"}
"""Id in the address -> the hook it is listed for. Each answers both."""
VERSION = "STU2"
"""The release of CDS Hooks, as 3.0.0 has it said: ours is 2.0.1. Calls of others are read as far as they go."""
PREFETCH = {
    "patient": "Patient/{{context.patientId}}",
    "conditions": "Condition?patient={{context.patientId}}",
    "medications": "MedicationRequest?patient={{context.patientId}}",
}
"""Nothing of it is needed: what is not sent is named on the card as not read."""
_WHEN = {"order-select": "while a referral is being written", "order-sign": "before a referral is signed"}


def services(pathway: Pathway) -> dict[str, Any]:
    """The services, one for each hook."""
    assert set(SERVICES.values()) == set(HOOKS)  # noqa: S101 two lists of one thing
    return {
        "services": [
            {
                "hook": hook,
                "id": name,
                "version": VERSION,
                "title": f"{pathway.service}: check before you send",
                "description": (
                    f"Shows {_WHEN[hook]} what it says about each published criterion of {pathway.service}, and what "
                    "is not stated. It decides nothing and stops nothing: a clinician decides about every referral."
                ),
                "prefetch": PREFETCH,
                "usageRequirements": "Each call carries a signed statement (JWT) of a registered client. No server of "
                "yours is called: only what is sent with the call is read, and nothing of the patient is kept.",
            }
            for name, hook in SERVICES.items()
        ]
    }
