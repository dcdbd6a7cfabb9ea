"""Everything that a letter needs to know, gathered before it is written."""

from collections.abc import Sequence
from datetime import date
from typing import Literal

import msgspec

from painpath.letters.right_patient import StatedPatient
from painpath.pathway import Pathway
from painpath.pathway.model import Signpost as Entry
from painpath.pathway.outcomes import OutcomeId

Layout = Literal["standard", "large-print", "yellow-on-black", "easy-read"]
"""The looks in which letters are made: `letter.typ` knows each."""


class Clause(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion that the decision cites: its published words, the state that the clinician confirmed, the words of
    the referral it rests on, and the plain words that the patient reads. `cited` makes one from the pathway.

    `read_state` and `reason` are there when the clinician corrected what was read: what it was, and why it is not so.
    """

    id: str
    published: tuple[str, ...]
    state: str
    read_state: str = ""
    reason: str = ""
    quotes: tuple[str, ...] = ()
    plain: str
    change: str = ""


class Signpost(msgspec.Struct, frozen=True, kw_only=True):
    """A service or resource that the letter points to."""

    name: str
    what: str = ""
    contact: str = ""


class Signatory(msgspec.Struct, frozen=True, kw_only=True):
    """The clinician who decided. No letter is issued while one of these is empty."""

    name: str = ""
    role: str = ""
    registration: str = ""
    """Body and number, such as `GMC 1234567`."""
    contact: str = ""
    """How the reader reaches this person directly."""


class LetterFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one decision, from the record. The team's contacts are not among them: `draft` takes those that a
    reader of `locality` may see from the pathway, so that no caller can give the wrong ones."""

    outcome: OutcomeId
    written_on: date
    decided_on: date
    reference: str
    signatory: Signatory
    patient_name: str
    patient_title: str = ""
    patient_family_name: str = ""
    """For the greeting, after the title."""
    patient_address: tuple[str, ...] = ()
    date_of_birth: date | None = None
    nhs_number: str = ""
    """Ten digits; empty when it is not known."""
    locality: str | None = None
    gp_name: str = ""
    practice: str = ""
    practice_address: tuple[str, ...] = ()
    referrer_name: str = ""
    referrer_organisation: str = ""
    ubrn: str = ""
    clauses: tuple[Clause, ...] = ()
    reason: str = ""
    """Why it was decided so, in the clinician's words: for the GP."""
    words_to_patient: str = ""
    words_to_gp: str = ""
    review_date: date | None = None
    condition: str = ""
    """What is awaited, as it reads after `We can look again when`, written to the patient."""
    watcher: str = ""
    target_service: str = ""
    stage: str = ""
    """What an accepted referral moves on to, in plain words."""
    priority: str = ""
    """How soon they are seen, in plain words."""
    wait: str = ""
    """`between 12 and 20 weeks`. Empty when nobody can say yet."""
    wait_as_of: date | None = None
    clock_start: date | None = None
    received_on: date | None = None
    awaits_referral: bool = False
    """Accepted from an advice request that only the GP can turn into a referral."""
    signposts: tuple[Signpost, ...] = ()
    questions_patient: tuple[str, ...] = ()
    questions_referrer: tuple[str, ...] = ()
    questionnaires: tuple[str, ...] = ()
    """What the patient is asked to fill in, each with how long it takes."""
    answer_by: date | None = None
    """When we hope for the patient's answer; `review_date` is when we look again in any case."""
    online: str = ""
    """The page where the patient sees how their referral stands. Empty where the site does not know its address."""
    question: str = ""
    """The referrer's own words that the advice answers; empty when the letter asks nothing."""
    by_ers: bool = False
    """The GP's letter goes out as the text of a reply in e-RS, which holds so many characters and no more."""
    enclosures: tuple[str, ...] = ()
    """Names of the files that go with the reply to the GP or referrer."""
    not_taken: tuple[str, ...] = ()
    """Of these the ones that e-RS would not take, each with the reason."""
    copied_to: tuple[str, ...] = ()
    format_needed: Layout | str = "standard"
    """The format that the patient needs, from the record: a layout, or the id of another format."""
    format_name: str = ""
    """What the team calls it."""
    communication: tuple[str, ...] = ()
    """What the patient needs so that they can read, hear and answer us: shared with every letter to the GP."""
    stated_patients: tuple[StatedPatient, ...] = ()
    """Whom the referral's own documents are about, as each states it."""
    interpreter: str = ""
    """What interpreter is needed, as the record has it: a language, and perhaps more. Empty when none is."""


def cited(
    pathway: Pathway, criterion: str, *, state: str, read_state: str = "", reason: str = "", quotes: Sequence[str] = ()
) -> Clause:
    """The clause of a criterion as a letter cites it, in the words of this version of the pathway.

    `state` is one of the four states of a criterion: the clinician's word. `read_state` is what the referral was read
    as; when it is another state, `reason` says why the clinician corrected it. KeyError when the pathway has no such
    criterion.
    """
    corrected = read_state not in ("", state)
    found = pathway.criterion(criterion)
    plain = {"for": found.plain_for, "not_stated": found.plain}.get(state, found.plain_against)
    return Clause(
        id=found.id,
        published=tuple(found.published),
        state=state,
        read_state=read_state if corrected else "",
        reason=reason if corrected else "",
        quotes=tuple(quotes),
        plain=plain,
        change="" if state == "for" else found.plain_change,
    )


def signposted(pathway: Pathway, signpost: str) -> Signpost:
    """A signpost of the pathway as a letter names it; KeyError when the pathway has no such signpost."""
    return from_entry(pathway.signpost(signpost))


def from_entry(entry: Entry) -> Signpost:
    """An entry of the pathway's signposts as a letter names it."""
    ways = (
        way.plain if way.value is None or way.value in way.plain else f"{way.plain.rstrip('.')}: {way.value}"
        for way in entry.ways
    )
    return Signpost(name=entry.plain_name, what=entry.plain, contact=" ".join(ways))
