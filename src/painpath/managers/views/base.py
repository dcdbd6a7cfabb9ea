"""What every view of this door starts with."""

from django.http import HttpRequest

from painpath.accounts.models import Membership


def member(request: HttpRequest) -> Membership:
    """Who is asking: set by the scope middleware for every listed address."""
    membership: Membership = request.membership  # type: ignore[attr-defined]
    return membership
