"""What every view of the patients' door starts with."""

from django.http import HttpRequest

from painpath.accounts.models import Service


def visited(request: HttpRequest) -> Service:
    """The service of the address, for pages behind a code: set by the scope middleware (VISITOR)."""
    service: Service = request.visited  # type: ignore[attr-defined]
    return service
