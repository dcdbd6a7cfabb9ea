"""A call and its answer, apart from how they travel: a view makes one of a request, a batch makes one of each entry."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from painpath.accounts.models import Service
from painpath.exchange.authorising import Grant
from painpath.exchange.fhir.negotiating import preferences
from painpath.exchange.fhir.receiving import Arrived


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is asked. `path` are the parts below the base, `headers` in small letters."""

    grant: Grant
    base: str
    method: str
    path: tuple[str, ...]
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    form: tuple[tuple[str, str], ...] = ()
    came: Arrived | None = None
    """What was sent with it, to be kept: the same for as long as this call is being answered."""

    @property
    def service(self) -> Service:
        return self.grant.client.service

    @property
    def prefers(self) -> dict[str, str]:
        return preferences(self.headers.get("prefer", ""))

    @property
    def strict(self) -> bool:
        return self.prefers.get("handling") == "strict"

    def but(self, **changes: Any) -> "Call":
        """The same call with changes."""
        return replace(self, **changes)


@dataclass
class Answer:
    """What is answered: a resource, or bytes of another type, or nothing."""

    status: int
    resource: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: tuple[bytes, str] | None = None
