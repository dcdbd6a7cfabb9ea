"""Sign-in by an organisation's own identity provider (OpenID Connect): what a site says of it. Off unless it does."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Oidc:
    """One provider."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    name: str = "your organisation"
    trusts_email: bool = False
    """Whether who proves an e-mail address there is the person who was invited by it."""
    factors: frozenset[str] = frozenset()
    """Values of `acr` or `amr` by which the provider says that it has asked for a second factor itself."""

    @property
    def provider_id(self) -> str:
        """A subject of one issuer is nobody at another."""
        return "oidc-" + hashlib.sha256(self.issuer.encode()).hexdigest()[:16]


def read(environ: Mapping[str, str]) -> Oidc | None:
    """The provider of this site, or None. Raises ValueError, in words, when something is missing."""
    issuer = environ.get("PAINPATH_OIDC_ISSUER", "").rstrip("/")
    if not issuer:
        return None
    client, secret = environ.get("PAINPATH_OIDC_CLIENT_ID", ""), environ.get("PAINPATH_OIDC_CLIENT_SECRET", "")
    if not client or not secret:
        raise ValueError("PAINPATH_OIDC_ISSUER needs PAINPATH_OIDC_CLIENT_ID and PAINPATH_OIDC_CLIENT_SECRET.")
    return Oidc(
        issuer=issuer, client_id=client, secret=secret,
        name=environ.get("PAINPATH_OIDC_NAME") or "your organisation",
        trusts_email=environ.get("PAINPATH_OIDC_TRUST_EMAIL") == "1",
        factors=frozenset(environ.get("PAINPATH_OIDC_FACTORS", "").split()),
    )  # fmt: skip
