"""What the frame of every page needs of its request, and nothing of the database: error pages stand in it too."""

from typing import Any

from django.http import HttpRequest

from painpath.web import crisis, language, tools


def context(request: HttpRequest) -> dict[str, Any]:
    """Context processor. The nonce of django-csp is empty until it is read as a string, so it is read here."""
    chosen, spoken = tools.chosen(request), language.for_frame(request)
    return {
        "cspNonce": str(getattr(request, "csp_nonce", "")),
        "crisis_here": crisis.asked_at(request.path),
        "language": spoken,
        "tools": {"chosen": chosen, "attributes": tools.attributes(chosen) | {"dir": spoken["now"].direction}},
    }
