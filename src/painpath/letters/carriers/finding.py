"""Which carrier takes a dispatch: its channel says what kind, the service's pathway whose."""

from importlib import import_module

from painpath.letters.carriers import Carrier
from painpath.letters.models import Dispatch
from painpath.referrals import pathways

CARRIED = frozenset({"email", "sms", "notify", "mesh"})
"""The channels of which a program carries every dispatch; on the others (`print`, `ers`) a person does, and what is
online (`link`) waits to be opened."""


def carrier_for(dispatch: Dispatch) -> Carrier | None:
    """Whoever takes this dispatch now, inside the scope of its service; None when nobody does.

    Each module of `carriers` says with `carrier(service)` whether this site has what opens it. It is loaded when it is
    needed: a service that prints never loads a library for MESH.
    """
    if dispatch.channel not in CARRIED:
        return None
    module = "notify" if dispatch.channel in ("sms", "notify") else dispatch.channel
    if module == "email":
        pathway, _ = pathways.in_force(dispatch.service)
        module = pathway.delivery.email
    if module == "off":
        return None
    found: Carrier | None = import_module(f"painpath.letters.carriers.{module}").carrier(dispatch.service)
    return found
