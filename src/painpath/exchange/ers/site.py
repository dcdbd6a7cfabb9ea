"""What a site knows about e-RS: where it is, and with which keys we call. All of it stands in the environment.

Whether a service speaks with e-RS by its API is its own switch (`exchange.ers` of the pathway).
"""

import os
import re
from collections.abc import Mapping
from urllib.parse import urlparse

import msgspec
from django.conf import settings
from django.core import checks

from painpath.pathway import Pathway

PREFIX = "PAINPATH_ERS_"
ADDRESSES = ("URL", "TOKEN_URL", "SIGN_IN_URL", "SIGN_IN_TOKEN_URL", "SIGN_IN_KEYS_URL")
NEEDED = (*ADDRESSES, "SIGN_IN_ISSUER", "CLIENT_ID", "CLIENT_SECRET", "API_KEY", "KEY", "KEY_ID", "FILE_HOSTS")
_LOCAL = ("127.0.0.1", "localhost")


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the calls need. `key` is the file with our private key; `file_hosts` are separated by blanks."""

    url: str
    token_url: str
    sign_in_url: str
    sign_in_token_url: str
    sign_in_keys_url: str
    sign_in_issuer: str
    client_id: str
    client_secret: str
    api_key: str
    key: str
    key_id: str
    file_hosts: str
    timeout: float = 20

    def __repr__(self) -> str:
        return "Site(...)"  # it holds what nobody may read in a log

    def may_fetch_from(self, address: str) -> bool:
        """Whether a file may be fetched from where e-RS points to: https, and a host that the site has named."""
        try:
            to = urlparse(address)
        except ValueError:  # “https://[”
            return False
        local = urlparse(self.url).hostname in _LOCAL and to.hostname in _LOCAL
        named = to.netloc if local else to.hostname
        return (to.scheme == "https" or local) and named in self.file_hosts.split() and not to.username


def wrong(environ: Mapping[str, str] = os.environ) -> list[str]:
    """What has to be put right in the settings, as sentences; nothing where e-RS is not named at all."""
    if not environ.get(f"{PREFIX}URL", "").strip():
        return []
    found = [f"{PREFIX}{name} is missing." for name in NEEDED if not environ.get(PREFIX + name, "").strip()]
    for name in ADDRESSES:
        address = urlparse(environ.get(PREFIX + name, "").strip())
        if address.geturl() and address.scheme != "https" and address.hostname not in _LOCAL:
            found.append(f"{PREFIX}{name} must begin with https.")
    if not re.fullmatch(r"|[0-9]{1,3}(\.[0-9]+)?", environ.get(f"{PREFIX}TIMEOUT", "").strip()):
        found.append(f"{PREFIX}TIMEOUT is no number of seconds.")
    if (key := environ.get(f"{PREFIX}KEY", "").strip()) and not os.path.isfile(key):
        found.append(f"{PREFIX}KEY names no file.")
    return found


def site(environ: Mapping[str, str] = os.environ) -> Site | None:
    """What the environment says of e-RS; None where it names none, or where something is not right (`wrong`)."""
    if not environ.get(f"{PREFIX}URL", "").strip() or wrong(environ):
        return None
    given = {name: environ.get(PREFIX + name.upper(), "").strip() for name in Site.__struct_fields__}
    return msgspec.convert({name: said for name, said in given.items() if said}, Site, strict=False)


def site_of(pathway: Pathway) -> Site | None:
    """How this service speaks with e-RS by its API; None where people do it by hand, and in a demonstration."""
    return None if settings.DEMO or pathway.exchange.ers != "api" else site()


def check_settings(app_configs: object, **_: object) -> list[checks.CheckMessage]:
    """A Django check: `painpath manage check` says what is wrong, and that e-RS is used by hand until it is right."""
    return [checks.Warning(f"{said} Until then e-RS is used by hand.", id="exchange.W001") for said in wrong()]
