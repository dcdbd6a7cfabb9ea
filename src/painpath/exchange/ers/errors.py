"""What went wrong in e-RS, as a sentence for the clinician: what it means, and what to do. Never e-RS's own words.

Most of e-RS's answers to an error have no body. The code of one that has is found by its name alone, since its examples
and its document name different systems. `diagnostics` go to nobody but the technical log.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

Then = Literal["sign_in", "read_again", "later", "tell", "never"]
"""What the program does: ask to sign in; read and show what changed; wait; tell only; not again at all."""


class Said(NamedTuple):
    """What a clinician reads, and what the program does."""

    sentence: str
    then: Then


STALE = "The request has changed in e-RS since you read it. Nothing was sent. Read what is there now, and decide again."
LOCKED = (
    "Somebody else, or another program, is changing this request in e-RS just now. Nothing was sent. Read it "
    "again in a few minutes, then send."
)
NO_WORD = (
    "e-RS did not say whether it took this: it may stand there already. Read the request again before you send it "
    "again."
)

NOTHING_SENT = "Nothing was sent."
UPLOAD = "A020"
"""A file that was uploaded stands nowhere until a reply names it: whatever becomes of it, nothing was sent."""
BY_HAND = "Do it by hand, and tell whoever runs this site."
_STRANGE = "e-RS and this program do not understand each other."
_SILENT = "e-RS did not answer in time."
_BUSY = "Somebody else, or another program, is changing this in e-RS just now."

_STATUS: dict[int, Said] = {
    400: Said(f"e-RS could not read what this program sent. {BY_HAND}", "tell"),
    401: Said("Your sign-in to e-RS has ended. Sign in to e-RS again.", "sign_in"),
    403: Said(
        "e-RS does not allow this for your organisation and role there. Choose another role, or ask who "
        "looks after your smartcard.",
        "tell",
    ),
    404: Said("e-RS has no request with this UBRN that you may see. Check the UBRN.", "tell"),
    406: Said(f"{_STRANGE} {BY_HAND}", "tell"),
    408: Said(_SILENT, "later"),
    409: Said(STALE, "read_again"),
    412: Said(
        "e-RS needs something that was not sent along. Nothing was sent. Send it in e-RS by hand, and tell "
        "whoever runs this site.",
        "tell",
    ),
    415: Said(f"e-RS does not take this kind of file or message. {BY_HAND}", "tell"),
    423: Said(LOCKED, "later"),
    429: Said("e-RS is being asked too often just now. Wait {time}, then try again.", "later"),
    500: Said("Something went wrong in e-RS.", "later"),
    502: Said("Between this program and e-RS something does not work.", "later"),
    503: Said("e-RS is not available at the moment. Try again in {time}, or use it by hand when it is back.", "later"),
    504: Said(_SILENT, "later"),
}

_AGAIN = "Try again in a few minutes. If it stays so, use e-RS by hand, and tell whoever runs this site."
_READ: dict[int, Said] = {
    408: Said(f"{_SILENT} {_AGAIN}", "later"),
    409: Said("This has changed in e-RS while it was read. Read it again.", "read_again"),
    412: Said(f"e-RS needs something that this program did not send along. {BY_HAND}", "tell"),
    415: Said(f"{_STRANGE} {BY_HAND}", "tell"),
    423: Said(f"{_BUSY} Try again in a few minutes.", "later"),
    500: Said(f"Something went wrong in e-RS. {_AGAIN}", "later"),
    502: Said(f"Between this program and e-RS something does not work. {_AGAIN}", "later"),
    504: Said(f"{_SILENT} {_AGAIN}", "later"),
}
"""Where nothing was to change in e-RS."""

_SMARTCARD = "Ask who looks after your smartcard, and use e-RS by hand until then."
_NO_ADDRESS = Said(f"e-RS knows nothing at the address that this program asked. {BY_HAND}", "tell")
_NO_FILE = Said("e-RS does not have this file any more. Ask whoever attached it to send it anew.", "tell")
_OF: dict[tuple[str, int], Said] = {
    **{(name, 404): _NO_ADDRESS for name in ("A004", "A008", "A020", "A023", "A029", "A030", "A040")},
    ("A042", 404): _NO_FILE,
    (UPLOAD, 415): Said("e-RS does not take this kind of file. Save it as PDF, and attach that.", "tell"),
    ("A030", 403): Said(f"e-RS does not let you in with this sign-in. {_SMARTCARD}", "tell"),
}
"""What a status means for one operation, where it is not what it means for a request with a UBRN."""

_CODES: dict[str, Said] = {
    "PATIENT_ERROR": Said(
        "e-RS cannot go on with this patient's record. Do not try again: ring the referrer, and tell the "
        "e-RS service desk.",
        "never",
    ),
    "NO_RELATIONSHIP": Said(
        "e-RS knows of no link between your organisation and this patient's request. Check the "
        "organisation that you have chosen.",
        "tell",
    ),
    "UNSUPPORTED_PRIORITY": Said("The service in e-RS does not take this priority. Choose another one.", "tell"),
    "INAPPROPRIATE_VALUE": Said(
        "e-RS does not take something of this here: perhaps a file that was not uploaded for this request. "
        "Send it again, or by hand.",
        "tell",
    ),
    "INVALID_VALUE": Said(
        "e-RS does not take one of the values. Do it by hand, and tell whoever runs this site.",
        "tell",
    ),
    "INVALID_CODE": Said(
        "e-RS does not know one of the codes. Do it by hand, and tell whoever runs this site.",
        "tell",
    ),
    "INVALID_REQUEST_STATE": Said(
        "The request is not at a point in e-RS where it can be answered like this: perhaps it was "
        "answered, closed or cancelled. Read it again.",
        "read_again",
    ),
    "INVALID_STATE": Said("The request is not at a point in e-RS where this can be done. Read it again.", "read_again"),
    "INVALID_REQUEST_TYPE": Said(
        "This UBRN is of another kind than was asked for: it may have become a referral. Look in e-RS.",
        "tell",
    ),
    "MISSING_VALUE": Said("e-RS misses something. Do it by hand, and tell whoever runs this site.", "tell"),
    "VALUE_IS_REQUIRED": Said("e-RS misses something. Do it by hand, and tell whoever runs this site.", "tell"),
    "MISSING_PARAMETER": Said("e-RS misses something. Do it by hand, and tell whoever runs this site.", "tell"),
    "REFERENCE_NOT_FOUND": Said(
        "e-RS does not find what this refers to: the request, a file, the service or the person. Read it again.",
        "read_again",
    ),
    "HISTORY_NOT_SUPPORTED": Said(STALE, "read_again"),
    "DUPLICATE_FILENAME": Said(
        "Two of the files have the same name in e-RS. Give one another name, then send.",
        "tell",
    ),
    "CONFLICTING_VALUES": Said(
        "Two things that were sent do not fit each other in e-RS. Send it by hand, and tell whoever runs this site.",
        "tell",
    ),
    "PRIORITY_NOT_CURRENT": Said("e-RS does not use this priority any more. Choose another one.", "tell"),
    "UNEXPECTED_FIELD": Said(
        "e-RS does not take a field of this program's. Do it by hand, and tell whoever runs this site.",
        "tell",
    ),
    "INVALID_FHIR_STRUCTURE": Said(
        "e-RS could not read what this program sent. Do it by hand, and tell whoever runs this site.",
        "tell",
    ),
    "FIELD_NOT_PERMITTED": Said(
        "e-RS does not take a field of this program's. Do it by hand, and tell whoever runs this site.",
        "tell",
    ),
    "UNABLE_TO_CANCEL_APPOINTMENT": Said("The appointment could not be cancelled. Look in e-RS.", "tell"),
    "FILE_SIZE_ERROR": Said("e-RS found this file empty, or larger than 5 MB. Save it smaller, then send.", "tell"),
    "PENDING": Said("e-RS is still looking this file over. Try again in five minutes or later.", "later"),
    "THREATS_FOUND": Said(
        "e-RS found harmful software in this file and does not give it out. Ask whoever attached it to send it anew.",
        "never",
    ),
    "VALIDATION_FAILED": Said(
        "e-RS could not check this file and does not give it out. Ask whoever attached it to send it anew.",
        "never",
    ),
    "NO_ACCESS": Said("Your sign-in to e-RS has ended, or does not allow this. Sign in to e-RS again.", "sign_in"),
    "ACCESS_DENIED": Said("Your sign-in to e-RS has ended, or does not allow this. Sign in to e-RS again.", "sign_in"),
    "REC_NOT_FOUND": Said("e-RS does not have this any more. Read the request again.", "read_again"),
    "PAS_NOT_RESPONDING": Said(
        "The hospital's booking system did not answer e-RS. Look in e-RS before you try again.", "tell"
    ),
    "PAS_RESPONDED_WITH_ERROR": Said(
        "The hospital's booking system has answered e-RS with an error. Look in e-RS before you try again.", "tell"
    ),
}
"""Codes of business errors (422; A025 and A029 answer them with 400; 401 and 404 of R4; 502 and 504 of bookings)."""

CODED = frozenset({400, 401, 404, 422, 502, 504})
"""Where a code says more than the status. 403 and the other ones of servers say enough by themselves."""


@dataclass(eq=False)
class Trouble(Exception):
    """e-RS said no, or did not say anything. `unsure`: it may have been done all the same."""

    sentence: str
    then: Then
    status: int = 0
    codes: tuple[str, ...] = ()
    correlation: str = ""
    retry_after: float | None = None
    unsure: bool = False

    def __str__(self) -> str:
        return self.sentence


def trouble(
    status: int, codes: tuple[str, ...] = (), *, write: bool, operation: str = "", correlation: str = "",
    retry_after: float | None = None,
) -> Trouble:  # fmt: skip
    """What an answer with this status, and these codes in its body, means for whoever has asked (`operation`: A042)."""
    changes = write and operation != UPLOAD
    unsure = changes and (status < 400 or status == 408 or status >= 500)
    sentence, then = _said(status, codes, operation, changes)
    sentence = _ended(sentence.replace("{time}", _time(retry_after)), unsure, write)
    return Trouble(sentence, then, status, codes, correlation, retry_after, unsure)


def may_stand(said: Trouble) -> Trouble:
    """The same, where an earlier try of it may have been done all the same."""
    if said.unsure:
        return said
    return replace(said, sentence=_ended(said.sentence.replace(f" {NOTHING_SENT}", ""), True, False), unsure=True)


def too_much(status: int, largest: int, *, write: bool, operation: str = "", correlation: str = "") -> Trouble:
    """An answer of more than `largest` bytes."""
    unsure = write and operation != UPLOAD
    then = "Look in e-RS." if write else "Fetch it in e-RS."
    sentence = f"e-RS sent more than {largest // 1024**2} MB: that is not taken here. {then}"
    return Trouble(_ended(sentence, unsure, write), "tell", status, (), correlation, unsure=unsure)


def _said(status: int, codes: tuple[str, ...], operation: str, changes: bool) -> Said:
    known = next((_CODES[code] for code in codes if code in _CODES), None) if status in CODED else None
    if (operation, status) in _OF and (known is None or "REC_NOT_FOUND" in codes):
        return _OF[operation, status]
    if known is not None:
        return known
    if status == 422:
        return Said(f"e-RS does not take this as it is. {BY_HAND}", "tell")
    if status < 300:
        return Said("e-RS answered in a way that this program does not know. Look in e-RS.", "tell")
    if status < 400:
        then = "Tell whoever runs this site." if changes else BY_HAND
        return Said(f"e-RS sent this program to another address, where it does not go. {then}", "tell")
    status = status if status in _STATUS else 500 if status >= 500 else 400
    return _STATUS[status] if changes or status not in _READ else _READ[status]


def _ended(sentence: str, unsure: bool, nothing_sent: bool) -> str:
    """The sentence, and at its end what became of what was to be sent."""
    if unsure:
        return f"{sentence} {NO_WORD}"
    return f"{sentence} {NOTHING_SENT}" if nothing_sent and NOTHING_SENT not in sentence else sentence


def _time(retry_after: float | None) -> str:
    """How long to wait, as e-RS asks; a minute where it does not say."""
    minutes = math.ceil((retry_after or 0) / 60)
    if minutes > 90:
        return f"{math.ceil(minutes / 60)} hours"
    return f"{minutes} minutes" if minutes > 1 else "a minute"


def silence(*, write: bool, operation: str = "", correlation: str = "") -> Trouble:
    """No answer came."""
    unsure = write and operation != UPLOAD
    sentence = _ended(_SILENT if unsure else f"{_SILENT} {_AGAIN}", unsure, write)
    return Trouble(sentence, "later", 0, (), correlation, unsure=unsure)
