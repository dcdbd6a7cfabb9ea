"""MESH, the NHS's message exchange: the GP's copy of a signed letter to its practice's mailbox, and our own mailbox.

What goes is the signed PDF, byte for byte. Practice systems file by themselves only what is wrapped as the standard of
a workflow says (GP Connect Send Document and Transfer of Care: an ITK3 FHIR message). We make no such bundle, so such
workflows are refused here: a message that a system fetches and throws away would look delivered. The workflow has to be
one that the practices have agreed to read as PDF. See `docs/mesh.md` for what is proved and what is not.

"Delivered" is: the practice's system fetched it and acknowledged it. Nobody says that a person has read it.
"""

import hashlib
import os
import re
import ssl
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlparse

import msgspec
from django.conf import settings
from django.core import checks

from painpath.accounts.models import Service
from painpath.letters.carriers import Handed, Later, Permanent, Told
from painpath.letters.models import Dispatch, DispatchState

if TYPE_CHECKING:
    from mesh_client import MeshClient

PREFIX = "PAINPATH_MESH_"
OF_ONE_SERVICE = frozenset({"MAILBOX", "PASSWORD"})
"""Never shared: what comes into a mailbox belongs to one service."""
PDF_NOT_ALLOWED = re.compile(r"GPCONNECT_|GPFED_|TOC_FHIR_", re.IGNORECASE)
"""Workflows whose message is an ITK3 FHIR bundle (NHS England: GP Connect Send Document, Transfer of Care)."""
LARGEST = 100 * 1024 * 1024
"""Bytes of a message that comes to us. MESH carries more; nobody has a reason to send us that."""
_BLOCK = 64 * 1024

_AGAIN = frozenset({401, 403, 408, 425, 429})
"""What may pass, or what somebody can put right meanwhile; as is every status from 500."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """What opens a service's mailbox."""

    url: str
    mailbox: str
    password: str
    shared_key: str
    workflow: str
    certificate: str = ""
    key: str = ""
    ca: str = ""
    timeout: float = 20

    def __repr__(self) -> str:
        return "Access(...)"  # it holds what nobody may read in a log


msgspec.json.Decoder(Access)  # learnt at import, by one thread: see `pathway.loading`


class Arrived(msgspec.Struct, frozen=True, kw_only=True):
    """A message in our mailbox: its `mex-` headers in small letters, and its bytes; None where there are too many."""

    headers: dict[str, str]
    content: bytes | None


class Gone(Exception):
    """A message is not in our mailbox any more."""


def slugs(environ: Mapping[str, str]) -> list[str]:
    """The services, by their slug, that have a mailbox here."""
    start = f"{PREFIX}MAILBOX_"
    return sorted(name.removeprefix(start).lower().replace("_", "-") for name in environ if name.startswith(start))


def wrong(environ: Mapping[str, str], slug: str) -> list[str]:
    """What has to be put right in the settings of a service that has a mailbox, as sentences."""
    found = [
        f"{PREFIX}{name} is missing for {slug}." for name in ("URL", "PASSWORD", "SHARED_KEY", "WORKFLOW")
        if not _setting(environ, slug, name)
    ]  # fmt: skip
    url = urlparse(_setting(environ, slug, "URL"))
    if url.geturl() and url.scheme != "https" and url.hostname not in ("127.0.0.1", "localhost"):
        found.append(f"{PREFIX}URL must begin with https.")
    workflow = _setting(environ, slug, "WORKFLOW")
    if PDF_NOT_ALLOWED.match(workflow):
        found.append(
            f"{PREFIX}WORKFLOW is {workflow}: its messages are FHIR bundles, and what goes from here is a PDF. Agree "
            "with the practices on a workflow for PDF."
        )
    if bool(_setting(environ, slug, "CERTIFICATE")) != bool(_setting(environ, slug, "KEY")):
        found.append(f"{PREFIX}CERTIFICATE and {PREFIX}KEY belong together: one of them is missing for {slug}.")
    if not re.fullmatch(r"|[0-9]{1,3}(\.[0-9]+)?", _setting(environ, slug, "TIMEOUT")):
        found.append(f"{PREFIX}TIMEOUT is no number of seconds.")
    return found


def check_settings(app_configs: object, **_: object) -> list[checks.CheckMessage]:
    """A Django check: `painpath manage check` says what is wrong with the settings, and that letters go by post."""
    return [
        checks.Warning(f"{sentence} Until then letters to practices go by post.", id="letters.W001")
        for slug in slugs(os.environ) for sentence in wrong(os.environ, slug)
    ]  # fmt: skip


def access(slug: str, environ: Mapping[str, str] = os.environ) -> Access | None:
    """What opens the mailbox of a service; None where it has none, or where its settings are not right (`wrong`)."""
    if not _setting(environ, slug, "MAILBOX") or wrong(environ, slug):
        return None
    given = {name: _setting(environ, slug, name.upper()) for name in Access.__struct_fields__}
    return msgspec.convert({name: said for name, said in given.items() if said}, Access, strict=False)


def _setting(environ: Mapping[str, str], slug: str, name: str) -> str:
    own = environ.get(f"{PREFIX}{name}_{slug.upper().replace('-', '_')}", "")
    return (own or ("" if name in OF_ONE_SERVICE else environ.get(PREFIX + name, ""))).strip()


def carrier(service: Service) -> "Mesh | None":
    """The MESH mailbox of this service; None where it has none here, and for the invented people of a demonstration."""
    found = None if settings.DEMO else access(service.slug)
    return Mesh(found, service.name) if found else None


class Mesh:
    """One mailbox of ours. Raises Later and Permanent as every carrier, with sentences for the people of the team."""

    knows_doubles = True
    """By the local id, which is the dispatch's key. NHS England calls that question deprecated: where it is taken away,
    MESH answers as if it had nothing, and a letter whose sending was broken off may reach the practice twice. Both
    copies then carry the same local id and the same bytes."""

    def __init__(self, opened: Access, sender: str) -> None:
        self.access, self.sender = opened, sender

    def hand_over(self, dispatch: Dispatch) -> Handed:
        """Put the signed letter into the practice's mailbox (`dispatch.address`)."""
        letter = dispatch.letter
        if letter is None:
            raise Permanent("Only a signed letter goes to a practice by MESH.")
        pdf = bytes(letter.pdf)
        if hashlib.sha256(pdf).hexdigest() != letter.sha256:
            raise Permanent("The letter on record is not the one that was signed. Whoever runs this site must look.")
        reference = dispatch.referral.reference
        with self._client(sends=True) as client:
            said = client.send_chunk(
                recipient=dispatch.address, chunk=pdf, chunk_num=1, total_chunks=1, compress=False,
                workflow_id=self.access.workflow, local_id=str(dispatch.key), content_type="application/pdf",
                filename=f"letter-{reference}.pdf", subject=_header(f"{self.sender}, letter {reference}"),
            )  # fmt: skip
            if said.status_code in (200, 202):
                return Handed(provider_id=str(said.json()["message_id"]))
            if 400 <= said.status_code < 500 and said.status_code not in _AGAIN:
                raise Permanent(_refused(said, dispatch.address))
            said.raise_for_status()
        raise Later("MESH gave an answer that nobody expected.", perhaps_taken=True)

    def find(self, dispatch: Dispatch) -> Handed | None:
        """What MESH took from us under the dispatch's key, or None. Several of them are one that it has taken, without
        an id: which of them is asked about later, MESH does not say, and so a person sees whether it arrived."""
        with self._client() as client:
            said = client.track_local_id(str(dispatch.key))
            if said.status_code == 404:
                return None
            if said.status_code == 300:
                return Handed()
            said.raise_for_status()
            found = said.json()
            delivered = str(found.get("status")).lower() == "acknowledged"
            state = DispatchState.DELIVERED if delivered else DispatchState.SENT
            return Handed(provider_id=str(found["messageId"]), state=state)

    def what_became(self, dispatch: Dispatch) -> Told | None:
        """Whether the practice's system has acknowledged it, or MESH has given up."""
        if not dispatch.provider_id:
            return None
        with self._client(unknown=True) as client:
            found = client.track_message(dispatch.provider_id)
            status = str(found.get("status")).lower()
            if status == "acknowledged":
                return Told(state=DispatchState.DELIVERED)
            if status in ("undeliverable", "error"):
                return Told(state=DispatchState.RETURNED, why=gave_up(found.get("status_code"), status))
        return None

    def waiting(self) -> list[str]:
        """The ids of what lies in our mailbox, the oldest first; the first page of it (500)."""
        with self._client() as client:
            return [str(one) for one in client.list_messages()]

    def fetch(self, message_id: str) -> Arrived:
        """A message of our mailbox, which stays there until it is acknowledged. Raises Gone, Later."""
        with self._client(unknown=True) as client:
            headers: dict[str, str] = {}
            content, number, of = bytearray(), 1, 1
            while number <= of and len(content) <= LARGEST:
                with client.retrieve_message_chunk(message_id, number) as said:
                    if number == 1:
                        headers = {name.lower(): value for name, value in said.headers.items()}
                        of = int(headers.get("mex-chunk-range", "1:1").partition(":")[2])
                    _read_whole(said, content)
                number += 1
            kept = {name: value for name, value in headers.items() if name.startswith("mex-")}
            return Arrived(headers=kept, content=bytes(content) if len(content) <= LARGEST else None)
        raise Gone(message_id)

    def acknowledge(self, message_id: str) -> None:
        """Take a message out of our mailbox: only what has been kept. Twice is once."""
        with self._client(unknown=True) as client:
            client.acknowledge_message(message_id)

    @contextmanager
    def _client(self, *, unknown: bool = False, sends: bool = False) -> "Iterator[Any]":
        """MESH, for one question. What goes wrong becomes Later, without an address; with `unknown`, what MESH does not
        know is passed over. `sends`: where its answer is what did not come, it may have taken the letter."""
        import requests
        import urllib3

        for file in filter(None, (self.access.certificate, self.access.key, self.access.ca)):
            if not os.access(file, os.R_OK):
                raise Later(f"A file that opens MESH cannot be read. {_OURS}")
        try:
            with _client_of(self.access) as client:
                yield client
        except requests.HTTPError as error:
            code = error.response.status_code if error.response is not None else 0
            if unknown and code in (404, 410):
                return
            raise Later(_for_now(code), perhaps_taken=sends and (code >= 500 or not code)) from None
        except requests.Timeout:
            raise Later("MESH did not answer in time.", perhaps_taken=sends) from None
        except (requests.exceptions.SSLError, ssl.SSLError):
            raise Later(f"MESH and this site do not trust each other's certificates. {_OURS}") from None
        except (requests.exceptions.ChunkedEncodingError, urllib3.exceptions.HTTPError, zlib.error):
            raise Later(_CUT_OFF, perhaps_taken=sends) from None
        except (requests.JSONDecodeError, KeyError, ValueError, TypeError):
            raise Later("MESH gave an answer that cannot be read.", perhaps_taken=sends) from None
        except requests.RequestException:
            raise Later("MESH could not be reached.", perhaps_taken=sends) from None


def _read_whole(said: Any, content: bytearray) -> None:
    """Put what a response carries behind `content`, to its end or until there is too much. Raises what `requests` does
    when the line breaks off, and Later when less comes than was announced.

    The library's own `Message.read` takes the end of a broken line for the end of the message.
    """
    before, announced = len(content), said.headers.get("Content-Length", "")
    for block in said.iter_content(_BLOCK):
        content += block
        if len(content) > LARGEST:
            return
    if not said.headers.get("Content-Encoding") and announced.isdigit() and len(content) - before != int(announced):
        raise Later(_CUT_OFF)


_CUT_OFF = "What MESH gave was cut off, or cannot be unpacked."
_OURS = "Whoever runs this site must look at its settings."


def gave_up(code: str | None, what: str) -> str:
    """Why MESH says that something did not arrive, with its code, for a page."""
    known = {
        "12": "MESH knows no mailbox of this name.",
        "14": "Nobody fetched it from the practice's mailbox in time.",
        "17": "The practice's mailbox does not take messages of our workflow.",
    }.get(str(code))
    return known or (
        f"MESH could not deliver it ({what}, code {code})." if code else f"MESH could not deliver it ({what})."
    )


def _for_now(code: int) -> str:
    if code in (401, 403):
        return f"MESH did not let us sign in (code {code}). {_OURS}"
    return f"MESH said no for now (code {code})."


def _refused(said: Any, mailbox: str) -> str:
    """Why MESH will never take this, from its answer of either version."""
    try:
        found = said.json()
        detail = found.get("detail")
        first = detail[0] if isinstance(detail, list) and detail else found
        code, words = str(first.get("code") or first.get("errorCode") or ""), str(first.get("msg") or "")
    except (ValueError, AttributeError):
        code, words = "", ""
    if code == "12":
        return f"MESH knows no mailbox {mailbox}. Put it right in the directory."
    if code == "17":
        return (
            f"The mailbox {mailbox} does not take messages of our workflow. Ask the practice, or take the mailbox out."
        )
    known = ", ".join(filter(None, [f"code {code or said.status_code}", words[:100]]))
    return f"MESH does not take this ({known})."


def _header(words: str) -> str:
    """Words as a header carries them: ASCII, one line."""
    return " ".join(words.encode("ascii", "ignore").decode().split())[:200]


def _client_of(opened: Access) -> "MeshClient":
    from mesh_client import MeshClient
    from requests import Response

    class Client(MeshClient):
        """With the one question that the library leaves out."""

        def track_local_id(self, local_id: str) -> Response:
            """What of ours MESH has under this local id: 404 for nothing, 300 for several."""
            return self._session.get(
                f"{self.mailbox_url}/outbox/tracking/{quote(local_id)}", timeout=self._timeout, allow_redirects=False
            )

    return Client(
        opened.url, opened.mailbox, opened.password, shared_key=opened.shared_key.encode(),
        cert=(opened.certificate, opened.key) if opened.certificate else None, verify=opened.ca or None,
        max_retries=0, timeout=opened.timeout, application_name="painpath",
    )  # fmt: skip
