"""What the frame of every page for patients shows."""

from typing import Any

from painpath.accounts.models import Service
from painpath.pathway import Pathway
from painpath.pathway.service import Signpost


def frame(service: Service, pathway: Pathway) -> dict[str, Any]:
    """The context of `patients/frame.jinja`."""
    return {"service_name": service.name, "slug": service.slug, "crisis": crisis(pathway)}


def crisis(pathway: Pathway) -> list[Signpost]:
    """Help in an emergency, then in a crisis."""
    return [one for kind in ("emergency", "crisis") for one in pathway.signposts if one.kind == kind]
