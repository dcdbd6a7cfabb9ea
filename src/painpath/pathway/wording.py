"""What an author is told about a pathway that loads but is not yet good: words, things left unsaid, dead rules."""

import re
from collections.abc import Iterator
from datetime import date

from painpath.pathway import crisis, findings, letters, messages, notices, patient_pages, right_time, shape_checking
from painpath.pathway.model import Criterion, Pathway, Signpost
from painpath.pathway.patient_pages import Page
from painpath.pathway.problems import Fault, FieldPath
from painpath.pathway.walking import texts

LONGEST_SENTENCE = 25
"""Words. NHS style asks for short sentences; this is the alarm, not the aim."""

_BANNED = re.compile(
    r"\b(reject\w*|refus\w*|inappropriate\w*|fail\w*|eligib\w*|ineligib\w*|unsuitable|unfortunately|criteri\w*)\b",
    re.IGNORECASE,
)
# From the decision-letter checklist of the design (point 9), and words that only the team uses.

_ABBREVIATION = re.compile(r"\b[A-Z][A-Z&]*[A-Z]\b")
_KNOWN_ABBREVIATIONS = frozenset({"GP", "NHS", "A&E", "SHOUT", "BSL", "UK"})
# Who signs knows British Sign Language as BSL. Relay UK is a name.


def banned(text: str) -> list[str]:
    """The words in a text that patients are never told, each once: ours, and those that no letter uses."""
    found = [match[0] for match in _BANNED.finditer(text)]
    return list(dict.fromkeys([*found, *letters.banned_words(text)]))


def unknown_abbreviations(text: str) -> list[str]:
    """The abbreviations in a text that patients cannot be expected to know."""
    found = dict.fromkeys(_ABBREVIATION.findall(text))
    return [one for one in found if one not in _KNOWN_ABBREVIATIONS]


def sentences(text: str) -> list[str]:
    """The sentences of a text; an empty line ends one too."""
    return [found for found in re.split(r"(?<=[.!?])\s+|\n\s*\n", text) if found.strip()]


def faults(pathway: Pathway) -> Iterator[Fault]:
    """Everything that an author should put right before the pathway is published."""
    yield from _patient_words(pathway)
    yield from _criteria(pathway)
    yield from _routes(pathway)
    yield from _signposts(pathway)
    yield from crisis.unsaid(pathway)
    yield from _contacts_kept_apart(pathway)
    yield from letters.problems(pathway.letters)
    yield from notices.problems(pathway.notices)
    yield from messages.words(pathway.messages)
    about = {topic for signpost in pathway.signposts for topic in signpost.topics}
    yield from patient_pages.unsaid(pathway.patient_pages, about)
    yield from right_time.unsaid(pathway.right_time, [statement.id for statement in pathway.readiness])
    yield from shape_checking.unsaid(pathway)
    yield from findings.faults(pathway)


def stale(pathway: Pathway, today: date) -> Iterator[Fault]:
    """What patients are told, or pointed to, that nobody has checked for longer than the service allows itself."""
    recheck = pathway.patient_pages.recheck
    checked: list[tuple[FieldPath, Signpost | Page]] = [
        *((("signposts", at), one) for at, one in enumerate(pathway.signposts)),
        *((("patient_pages", "pages", at), page) for at, page in enumerate(pathway.patient_pages.pages)),
    ]
    for path, one in checked:
        if recheck.stale(one.last_checked, today):
            message = (
                f"`{one.id}` was last checked on {one.last_checked}: more than {recheck.months} months ago. "
                f"{one.owner} checks it again."
            )
            yield Fault((*path, "last_checked"), message)


def _patient_words(pathway: Pathway) -> Iterator[Fault]:
    for path, words, for_patients in texts(pathway):
        if not for_patients:
            continue
        for message in words_for_patients(words):
            yield Fault(path, message)


def words_for_patients(words: str) -> Iterator[str]:
    """What is wrong with words that patients read, each with what to do."""
    for found in banned(words):
        yield f"Patients read this. Say it without `{found}`."
    for found in unknown_abbreviations(words):
        yield f"Patients read this. Write `{found}` out."
    for one in sentences(words):
        if (length := len(one.split())) > LONGEST_SENTENCE:
            yield f"Patients read this. A sentence has {length} words: make it {LONGEST_SENTENCE} or fewer."


def _criteria(pathway: Pathway) -> Iterator[Fault]:
    with_evidence = {evidence.criterion for evidence in pathway.evidence if evidence.rules}
    for index, criterion in enumerate(pathway.criteria):
        here = ("criteria", index)
        if criterion.case_by_case and criterion.exception is None:
            yield Fault((*here, "exception"), "This is case by case: say in words what the exception is.")
        if criterion.exception is not None and not criterion.case_by_case:
            yield Fault((*here, "case_by_case"), "This has an exception: set `case_by_case: true`.")
        yield from _exception(criterion, here)
        if criterion.shuts_out and not criterion.outcomes:
            yield Fault((*here, "outcomes"), "An exclusion needs an outcome to point to: no criterion closes the door.")
        if not criterion.published:
            yield Fault((*here, "published"), "Give the published words.")
        if not ({criterion.id, criterion.mirror_of} & with_evidence or criterion.thresholds):
            yield Fault(here, "No evidence rule tells what speaks for and against this. Add one in `evidence`.")
        if not criterion.ask:
            yield Fault((*here, "ask"), "Say what to ask, and whom, when a referral says nothing on this.")


def _exception(criterion: Criterion, here: tuple[str, int]) -> Iterator[Fault]:
    if criterion.exception is None:
        return
    words = criterion.exception_published
    if words is None or not any(words in published for published in criterion.published):
        yield Fault((*here, "exception_published"), "Give the part of the published words that holds the exception.")
    if criterion.exception_shown_by is None:
        yield Fault((*here, "exception_shown_by"), "Say what in a referral would show that the exception applies.")


def _routes(pathway: Pathway) -> Iterator[Fault]:
    for index, route in enumerate(pathway.routes):
        here = ("routes", index)
        if not route.decided_by:
            yield Fault((*here, "decided_by"), "Name the grades that may decide.")
        if route.channel != "letter" and "ubrn" not in route.needs:
            yield Fault((*here, "needs"), "A referral through e-RS carries a UBRN: add `ubrn`.")
        if route.exceptional and "circumstances" not in route.needs:
            yield Fault((*here, "needs"), "An exceptional route asks for the circumstances: add `circumstances`.")


def _signposts(pathway: Pathway) -> Iterator[Fault]:
    # Owner, day of the last check and what it was checked against cannot be left out: the model needs them.
    for index, signpost in enumerate(pathway.signposts):
        for name, what in (("languages", "languages"), ("formats", "formats, such as Phone or Booklet,")):
            if not getattr(signpost, name):
                words = (
                    f"Say in which {what} people can have this. What nobody has asked is “Not known: ask the service”."
                )
                yield Fault(("signposts", index, name), words)
        for name, what in (
            ("plain_kind", "what this is, such as Charity"),
            ("plain_reading", "how hard it is to read"),
        ):
            if getattr(signpost, name) is None:
                yield Fault(("signposts", index, name), f"Say {what}. What nobody knows is “Not known”.")


def _contacts_kept_apart(pathway: Pathway) -> Iterator[Fault]:
    # A contact that is written into another text reaches readers whom `contacts_for` would not show it to.
    apart = [contact for contact in pathway.contacts if not contact.everyone]
    for path, words, _ in texts(pathway):
        for contact in apart:
            if path[:2] != ("contacts", pathway.contacts.index(contact)) and contact.value.lower() in words.lower():
                message = f"`{contact.value}` is for readers from {contact.locality} only. Take it out of this text."
                yield Fault(path, message)
