"""What went wrong in e-RS, as a sentence for the clinician: what it means, and what to do. Never e-RS's own words.

Most of e-RS's answers to an error have no body. The code of one that has is found by its name alone, since its examples
and its document name different systems. `diagnostics` go to nobody but the technical log.
"""

from dataclasses import dataclass
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

_STATUS: dict[int, Said] = {
    400: Said("e-RS could not read what this program sent. Do it by hand, and tell whoever runs this site.", "tell"),
    401: Said("Your sign-in to e-RS has ended. Sign in to e-RS again.", "sign_in"),
    403: Said(
        "e-RS does not allow this for your organisation and role there. Choose another role, or ask who "
        "looks after your smartcard.",
        "tell",
    ),
    404: Said("e-RS has no request with this UBRN that you may see. Check the UBRN.", "tell"),
    406: Said(
        "e-RS and this program do not understand each other. Do it by hand, and tell whoever runs this site.",
        "tell",
    ),
    409: Said(STALE, "read_again"),
    412: Said(
        "e-RS needs something that was not sent along. Nothing was sent. Send it in e-RS by hand, and tell "
        "whoever runs this site.",
        "tell",
    ),
    415: Said(
        "e-RS does not take this kind of file or message. Do it by hand, and tell whoever runs this site.",
        "tell",
    ),
    423: Said(LOCKED, "later"),
    429: Said("e-RS is being asked too often just now. Wait a minute, then try again.", "later"),
    500: Said("Something went wrong in e-RS.", "later"),
    502: Said(
        "The hospital's booking system has answered e-RS with an error. Look in e-RS before you try again.",
        "tell",
    ),
    503: Said("e-RS is not available at the moment. Try again later, or use it by hand when it is back.", "later"),
    504: Said("The hospital's booking system did not answer e-RS. Look in e-RS before you try again.", "tell"),
}

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
}
"""Codes of business errors (422; A025 and A029 answer them with 400; 401 and 404 of R4)."""

CODED = frozenset({400, 401, 404, 422})
"""Where a code says more than the status. 403 and those of servers say enough by themselves."""


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
    status: int, codes: tuple[str, ...] = (), *, write: bool, correlation: str = "", retry_after: float | None = None
) -> Trouble:
    """What an answer with this status, and these codes in its body, means for whoever has asked."""
    known = next((_CODES[code] for code in codes if code in _CODES), None) if status in CODED else None
    sentence, then = known or _STATUS.get(status) or _STATUS[500 if status >= 500 else 400]
    if status == 422 and known is None:
        sentence, then = "e-RS does not take this as it is. Do it by hand, and tell whoever runs this site.", "tell"
    if 300 <= status < 400:
        sentence = "e-RS sent this program to another address, where it does not go. Tell whoever runs this site."
        then = "tell"
    unsure = write and status in (500, 502, 504)
    if unsure:
        sentence = f"{sentence} {NO_WORD}"
    return Trouble(sentence, then, status, codes, correlation, retry_after, unsure)


def silence(*, write: bool, correlation: str = "") -> Trouble:
    """No answer came."""
    sentence = "e-RS did not answer in time."
    return Trouble(
        f"{sentence} {NO_WORD}" if write else f"{sentence} Try again in a few minutes.", "later", 0, (), correlation,
        unsure=write,
    )  # fmt: skip
