"""One call to e-RS: its headers, its time, its size, and what may be tried again.

A read is tried again after no answer, 429 and a server's error. A write is tried again only after 429 and 503, by which
e-RS says that it did nothing. Nobody is sure of that, as after any other answer of a server, and after none: whoever
calls reads first (`replying`).
Redirections are not followed, except that of a file (A042), without our token. Tokens and contents are never logged.
"""

import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

import msgspec
import requests

from painpath import clock
from painpath.exchange.ers import answers, model
from painpath.exchange.ers.bodies import Body, Uploaded, if_match, ubrn, upload_headers
from painpath.exchange.ers.errors import Trouble, may_stand, silence, too_much, trouble
from painpath.exchange.ers.operations import FHIR, INCLUDES, OPERATIONS, Acting, Operation, headers_of
from painpath.exchange.ers.site import Site
from painpath.exchange.ers.waiting import release
from painpath.exchange.ers.whatever import Unreadable

_Read = TypeVar("_Read")

log = logging.getLogger(__name__)

WAITS = (1.0, 2.0, 4.0)
"""Seconds between tries, as the API asks for."""
TRIES = len(WAITS) + 1
PATIENCE = 8.0
"""Seconds that a page waits at most between two tries: a longer `Retry-After` is told instead."""
LARGEST = 10 * 1024 * 1024
"""Bytes of an answer: e-RS gives no worklist above 10 MB."""
_BLOCK = 64 * 1024
UNREADABLE = "e-RS answered with what this program cannot read. Look in e-RS, and tell whoever runs this site."
ANOTHER = (
    "e-RS answered with another request than the one that was asked for. Look in e-RS, and tell whoever runs this site."
)


@dataclass(frozen=True)
class Answer:
    """What e-RS answered when all was well."""

    status: int
    content: bytes
    headers: Mapping[str, str]


class Client:
    """Calls in the session of one person, or as the application. `sleep` is what waiting is."""

    def __init__(self, site: Site, acting: Acting, token: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.site, self.acting, self._token, self._sleep = site, acting, token, sleep

    # --- what is read ---------------------------------------------------------------------------------------------

    def roles(self) -> tuple[model.Role, ...]:
        return _read(answers.roles, self.call("A030"))

    def on_behalf_of(self) -> tuple[str, ...]:
        return _read(answers.on_behalf_of, self.call("A040", query=[("_query", "onBehalfOf")]))

    def advice_worklist(self, body: Body) -> model.Worklist:
        return _read(answers.worklist, self.call("A023", body=body), keep=True)

    def referral_worklist(self, body: Body, *, tries: int = TRIES) -> model.Worklist:
        return _read(answers.worklist, self.call("A008", body=body, tries=tries), keep=True)

    def advice_request(self, request: str) -> tuple[model.AdviceRequest, bytes]:
        """The request as it stands, and the bytes of it."""
        got = self.call("A024", ubrn=request)
        found = _read(answers.advice_request, got, keep=True)
        _check_asked(found.ubrn, request, got)
        return found, got.content

    def conversation(self, request: str, version: str) -> tuple[model.Conversation, bytes]:
        """The conversation of this version, which must be the current one."""
        query = [("based-on", f"CommunicationRequest/{ubrn(request)}/_history/{version}")]
        query += [("_include", name) for name in INCLUDES]
        got = self.call("A025", query=query)
        return _read(answers.conversation, got, keep=True), got.content

    def referral(self, request: str) -> tuple[model.ErsReferral, bytes]:
        """The referral as it stands, and the bytes of it."""
        got = self.call("A005", ubrn=request)
        found = _read(answers.referral, got, keep=True)
        _check_asked(found.ubrn, request, got)
        return found, got.content

    def clinical_information(self, request: str, *, largest: int) -> bytes:
        """What the referrer wrote about a referral, as a PDF (A007), without its files."""
        return self.call("A007", ubrn=request, largest=largest).content

    def actions(self, request: str, version: str) -> frozenset[str]:
        """What may be done with a referral now: asked each time, never kept."""
        focus = f"ReferralRequest/{ubrn(request)}/_history/{version}"
        query = [("focus", focus), ("intent", "proposal"), ("status", "ready")]
        return _read(answers.actions, self.call("A029", query=query))

    def concepts(self, kind: str) -> tuple[model.Concept, ...]:
        """No page asks for these lists: the published files of them are read by it, so that a new code is found."""
        return _read(answers.concepts, self.call("A004", kind=kind))

    def overview(self, request: str, *, largest: int) -> bytes:
        """The request as a PDF (A043)."""
        return self.call("A043", ubrn=request, largest=largest).content

    def file(self, binary: str, *, largest: int) -> bytes:
        """A file (A042): e-RS points to where it lies for a moment; our token does not go there."""
        where = self.call("A042", binary=binary).headers.get("Location", "")
        if not where:
            raise Trouble("e-RS did not say where it keeps this file. Try again, or fetch it in e-RS.", "later")
        if not self.site.may_fetch_from(where):
            log.warning("e-RS points to a host for files that is not named in the settings")
            raise Trouble(
                "e-RS keeps this file where this program may not go. Fetch it there, and tell whoever runs this site.",
                "tell",
            )
        release()
        try:
            with requests.get(where, timeout=self.site.timeout, allow_redirects=False, stream=True) as got:
                if got.status_code != 200:
                    raise Trouble("e-RS did not give out this file. Try again, or fetch it in e-RS.", "later")
                whole = _content(got, largest)
        except requests.RequestException:
            raise silence(write=False) from None
        if whole is None:
            raise too_much(200, largest, write=False)
        return whole

    # --- what is written ------------------------------------------------------------------------------------------

    def upload(self, name: str, content: bytes, *, request: str) -> Uploaded:
        """A file for a reply to this request (A020). It is attached only by the reply itself."""
        headers = upload_headers(name, len(content), request=request)
        got = self.call("A020", content=content, headers=headers)
        location = got.headers.get("Location", "")
        where = f"Binary/{location.rsplit('Binary/', 1)[-1]}" if "Binary/" in location else ""
        if not where:
            raise Trouble(UNREADABLE, "tell")
        return Uploaded(where, headers["NHSD-eRS-File-Name"], clock.now())

    def reply(self, request: str, version: str, body: Body) -> model.AdviceRequest | None:
        """A026; None where e-RS took it and its answer cannot be read."""
        return _after(answers.replied, self.call("A026", ubrn=request, version=version, body=body))

    def convert(self, body: Body) -> model.ErsReferral | None:
        return _after(answers.referral, self.call("A027", body=body))

    def review(self, request: str, version: str, body: Body) -> model.ErsReferral | None:
        return _after(answers.referral, self.call("A028", ubrn=request, version=version, body=body))

    # --- the call itself ------------------------------------------------------------------------------------------

    def call(
        self, name: str, *, query: Sequence[tuple[str, str]] = (), body: Body | None = None, content: bytes = b"",
        headers: Mapping[str, str] | None = None, version: str = "", largest: int = LARGEST,
        tries: int = TRIES, **path: str,
    ) -> Answer:  # fmt: skip
        """Call one operation, `tries` times at most. Raises Trouble for what e-RS said, NotAllowed for what must not be
        sent."""
        one = OPERATIONS[name]
        if "ubrn" in path:
            path["ubrn"] = ubrn(path["ubrn"])
        address = self.site.url.rstrip("/") + one.path.format(**{key: quote(said, "") for key, said in path.items()})
        correlation = str(uuid.uuid4())
        sent = headers_of(one, self.acting) | {
            "Authorization": f"Bearer {self._token}", "Accept": one.accept, "X-Correlation-ID": correlation,
        }  # fmt: skip
        if one.versions == "if_match":
            sent["If-Match"] = if_match(version)
        if body is not None:
            sent["Content-Type"], content = FHIR, msgspec.json.encode(body)
        sent |= headers or {}
        unsure = False
        for wait in (*WAITS[: tries - 1], None):
            try:
                return self._once(one, address, query, sent, content, correlation, largest)
            except Trouble as said:
                unsure = unsure or said.unsure  # what is said of a second try may be what the first has done
                pause = max(wait or 0, said.retry_after or 0)
                if wait is None or pause > PATIENCE or not _again(said, one):
                    raise may_stand(said) if unsure else said from None
                self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _once(
        self, one: Operation, address: str, query: Sequence[tuple[str, str]], headers: Mapping[str, str],
        content: bytes, correlation: str, largest: int,
    ) -> Answer:  # fmt: skip
        release()
        try:
            with requests.request(
                one.method, address, params=list(query), headers=dict(headers), data=content or None,
                timeout=self.site.timeout, allow_redirects=False, stream=True,
            ) as got:  # fmt: skip
                whole = _content(got, largest)
        except requests.RequestException as error:
            log.warning("e-RS %s gave no answer (%s), correlation %s", one.id, type(error).__name__, correlation)
            raise silence(write=one.write, operation=one.id, correlation=correlation) from None
        if whole is None:
            log.warning("e-RS %s answered %s and too much, correlation %s", one.id, got.status_code, correlation)
            raise too_much(got.status_code, largest, write=one.write, operation=one.id, correlation=correlation)
        if got.status_code in one.answers:
            return Answer(got.status_code, whole, got.headers)
        codes = answers.error_codes(whole, got.headers.get("Content-Type", ""))
        log.warning("e-RS %s answered %s %s, correlation %s", one.id, got.status_code, " ".join(codes), correlation)
        raise trouble(
            got.status_code, codes, write=one.write, operation=one.id, correlation=correlation,
            retry_after=_seconds(got.headers.get("Retry-After", "")),
        )  # fmt: skip


def _again(said: Trouble, one: Operation) -> bool:
    """Whether the same may be sent once more."""
    if said.status in (429, 503):
        return True
    return not one.write and (said.status in (0, 408) or said.status >= 500)


def _seconds(said: str) -> float | None:
    return float(said) if said.isdecimal() and len(said) < 7 else None


def _content(got: requests.Response, largest: int) -> bytes | None:
    """The whole of an answer; None above `largest` bytes."""
    whole = bytearray()
    for block in got.iter_content(_BLOCK):
        whole += block
        if len(whole) > largest:
            return None
    return bytes(whole)


@dataclass(eq=False)
class Garbled(Trouble):
    """An answer that came and cannot be read: its bytes are there for a person."""

    content: bytes = b""


def _read(reader: Callable[[bytes], _Read], got: Answer, *, keep: bool = False) -> _Read:
    try:
        return reader(got.content)
    except Unreadable as said:
        sentence = UNREADABLE
        if said.kind:
            sentence = (
                f"e-RS answered with something else than was asked for: it calls it “{said.kind}”, and this program "
                "does not take that in. Look in e-RS, and tell whoever runs this site."
            )
        if keep:
            raise Garbled(sentence, "tell", got.status, content=got.content) from None
        raise Trouble(sentence, "tell", got.status) from None


def _check_asked(came: str, asked: str, got: Answer) -> None:
    """Raise Garbled where another request has come than the one that was asked for: perhaps another patient's."""
    if came != ubrn(asked):
        raise Garbled(ANOTHER, "tell", got.status, content=got.content)


def _after(reader: Callable[[bytes], _Read], got: Answer) -> _Read | None:
    """What e-RS says after it took a write: that it took it stands, whether or not its words can be read."""
    try:
        return reader(got.content)
    except Unreadable:
        log.warning("e-RS took a write and its answer could not be read")
        return None
