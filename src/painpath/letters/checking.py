"""What is checked before a letter is issued: the ten points of the decision-letter checklist, as far as they can be
decided by looking at the words, and what would go wrong on the way.

The checklist is for every letter that tells a patient that they are not coming to the service now; most of its points
hold for every letter. A check that passes proves only that the words are there: a person reads the letter.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

import msgspec

from painpath.letters.drafting import foreign_contact
from painpath.letters.drafts import Draft
from painpath.letters.easy import reads_easy
from painpath.letters.errors import LetterError
from painpath.letters.facts import Layout, LetterFacts
from painpath.letters.pdf import missing_signature
from painpath.letters.plain_words import hard_to_read, hard_words, places, sentences
from painpath.letters.right_patient import disagreements
from painpath.letters.text import ers_text, render_text
from painpath.letters.wording import day
from painpath.pathway import Pathway
from painpath.pathway.letters import DOOR_LEFT_AJAR, banned_words

ODD_CLOCK = timedelta(weeks=18)
"""The limit of the NHS constitution from referral to treatment: a clock that ran out before we had a letter is odd."""

CRISIS_NUMBERS = ("999", "111", "116 123", "85258")
"""Emergency, NHS mental health line, Samaritans, Shout."""

_HOLE = re.compile(r"[{}]|\[[^\]\n]*\]|\b(?:TBC|TBA|XXX+)\b|_{3,}")

_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", re.IGNORECASE)


Weight = Literal["must", "reason", "note"]
"""What a failed check means. `must` stops the letter. With `reason` a clinician may sign all the same; the reason is
kept. `note`: the letter waits for a person on its way out in any case (`channels.reasons_to_hold`)."""


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was looked at. `point` is its number in the checklist; `change` says what to change and where,
    and is empty when the check passed."""

    id: str
    change: str
    point: int | None = None
    weight: Weight = "reason"

    @property
    def passed(self) -> bool:
        """True when there is nothing to change."""
        return not self.change


def checks(draft: Draft, facts: LetterFacts, pathway: Pathway, *, layout: Layout = "standard") -> list[Check]:
    """Every check that applies to this letter in this layout, in the order of the checklist, passed ones too."""
    to_audience = _to_patient(draft, facts, pathway, layout) if draft.audience == "patient" else _to_gp(draft, facts)
    found = [*to_audience, *_clock(draft, facts), *_reason(draft, facts, pathway), *_always(draft, facts, pathway)]
    return sorted(found, key=lambda check: check.point or 99)


def _to_patient(draft: Draft, facts: LetterFacts, pathway: Pathway, layout: Layout) -> Iterator[Check]:
    words = render_text(draft)
    ajar = draft.outcome in DOOR_LEFT_AJAR
    first_two = " ".join(sentences(" ".join(part.text for part in draft.opening))[:2])
    yield _check(
        "decision-first",
        pathway.letters.takes_seriously in first_two,
        f"The first two sentences must say what was decided and that {pathway.letters.takes_seriously}: change the "
        "opening of this letter in letters.yaml.",
        point=1,
    )
    if ajar:
        yield _check(
            "what-would-change",
            any(clause.change for clause in facts.clauses) or bool(facts.condition.strip()),
            "Say what would change the answer: cite a clause that speaks against, or fill in what is awaited.",
            point=3,
        )
        yield _check(
            "next-step",
            bool(_items(draft, "now")) or bool(facts.target_service.strip()),
            "Name at least one next step besides seeing the GP: choose a signpost or name the service.",
            point=4,
        )
    if draft.outcome == "delay":
        dated = facts.review_date is not None and facts.review_date > facts.written_on
        yield _check("review-date", dated, "Set a review date after the day of the letter.", point=3, weight="must")
        named = bool(facts.watcher.strip())
        yield _check("watcher", named, "Name who looks again on the review date.", point=3, weight="must")
    back = draft.section("come_back") is not None
    again = not ajar or (draft.section("look_again") is not None and "Patient Advice and Liaison Service" in words)
    yield _check(
        "way-back",
        back and again,
        "The letter must say how to come back, how to ask for another look and how to complain: add these sections "
        "to this letter in letters.yaml.",
        point=6,
    )
    missing = [number for number in CRISIS_NUMBERS if not re.search(rf"(?<!\d){number}(?!\d)", words)]
    yield _check(
        "crisis",
        not missing and draft.section("danger") is not None,
        f"The letter must give the crisis lines ({', '.join(missing) or 'all there'}) and say when to get help at "
        "once: add them in letters.yaml and signposts.yaml.",
        point=7,
    )
    yield from _right_form(draft, facts, layout)
    plain = list(hard_words(draft))
    yield _check("plain-words", not plain, " ".join(plain))
    hard = list(hard_to_read(draft))
    yield _check("readability", not hard, " ".join(hard))


def _right_form(draft: Draft, facts: LetterFacts, layout: Layout) -> Iterator[Check]:
    yield _check(
        "format",
        layout == facts.format_needed and (layout != "easy-read" or reads_easy(draft)),
        "This person needs easy read. This letter has the layout, and the usual words. It is held when it goes out: "
        "write short sentences, and plan who goes through it with them."
        if layout == facts.format_needed
        else f"This person needs the format “{facts.format_name or facts.format_needed}” and this letter is “{layout}”."
        " It is held when it goes out: arrange the format by hand.",
        point=10,
        weight="note",
    )
    yield _check(
        "language",
        not facts.interpreter.strip(),
        f"An interpreter is needed: {facts.interpreter.strip()}. This letter is in English: arrange a translation, or "
        "a call with the interpreter.",
        point=10,
        weight="note",
    )
    yield _check("copied", bool(draft.copied_to), "Add the GP and the referrer to “Copied to”.", point=10)
    yield _check(
        "address",
        any(words.strip() and not _POSTCODE.fullmatch(words.strip()) for words in facts.patient_address),
        "There is no postal address on the record: it needs a house and a street, not only a postcode. Add it, or hand "
        "the letter over another way.",
        weight="note",
    )


def _to_gp(draft: Draft, facts: LetterFacts) -> Iterator[Check]:
    yield _check(
        "gp-asked",
        draft.section("gp_asked") is not None,
        "Say what the GP is asked to do: add the section to this letter in letters.yaml.",
        point=5,
    )
    yield _check(
        "way-back",
        draft.section("come_back") is not None,
        "Say how the patient can come back: add the section to this letter in letters.yaml.",
        point=6,
    )
    if facts.by_ers:
        yield Check(id="ers-length", change=_too_long_for_ers(draft, facts), weight="must")
        change = f"e-RS does not take every file as it is. {' '.join(facts.not_taken)}"
        yield _check("ers-files", not facts.not_taken, change, weight="note")


def _too_long_for_ers(draft: Draft, facts: LetterFacts) -> str:
    """Why the letter does not go into e-RS as it is, with what is longest in it; empty when it does."""
    try:
        ers_text(draft)
    except LetterError as error:
        own = {"advice or words to the GP": len(facts.words_to_gp.strip()), "reason": len(facts.reason.strip())}
        parts = " and ".join(f"your {name} ({size:,} characters)" for name, size in own.items() if size)
        return f"{error.sentence} In it are {parts}." if parts else error.sentence
    return ""


def _clock(draft: Draft, facts: LetterFacts) -> Iterator[Check]:
    if draft.outcome != "accept" or facts.clock_start is None or facts.received_on is None:
        return
    yield _check(
        "clock",
        facts.clock_start >= facts.received_on - ODD_CLOCK,
        f"The referral-to-treatment clock is said to have started on {day(facts.clock_start)}, more than 18 weeks "
        f"before the referral came ({day(facts.received_on)}). Check that date.",
    )


def _reason(draft: Draft, facts: LetterFacts, pathway: Pathway) -> Iterator[Check]:
    if draft.outcome not in DOOR_LEFT_AJAR:
        return
    published = {criterion.id: tuple(criterion.published) for criterion in pathway.criteria}
    strange = [clause.id for clause in facts.clauses if published.get(clause.id) != clause.published]
    change = "Cite at least one clause of the published criteria as the reason." if not facts.clauses else ""
    if strange:
        change = f"These clauses are not in version {pathway.version} of the criteria: {', '.join(strange)}. Cite anew."
    yield Check(id="reason", change=change, point=2)


def _always(draft: Draft, facts: LetterFacts, pathway: Pathway) -> Iterator[Check]:
    missing = missing_signature(draft)
    yield _check(
        "signature",
        not missing,
        f"The clinician's {', '.join(missing)} is missing. Add it to the profile: no letter goes out without.",
        point=8,
        weight="must",
    )
    other = list(
        disagreements(
            facts.stated_patients, name=facts.patient_name, date_of_birth=facts.date_of_birth, number=facts.nhs_number
        )
    )
    told_of = " ".join(other)
    yield _check("right-patient", not other, f"{told_of} Check that this letter is about the right person.", point=10)
    # What stands in quotation marks on the GP's copy are the words of the page and of the referral, not ours.
    others = re.compile(r"“[^”]*”" if draft.audience == "gp" else r"(?!)")
    banned = [(where, word) for where, words in places(draft) for word in banned_words(others.sub("", words))]
    told = (f"Take “{word}” out of “{where}”." for where, word in banned)
    yield _check("banned-words", not banned, " ".join(told), point=9)
    holes = [(where, hole[0]) for where, words in places(draft) for hole in _HOLE.finditer(words)]
    told = (f"“{where}” still holds “{hole}”. Fill it in or take it out." for where, hole in holes)
    yield _check("holes", not holes, " ".join(told))
    foreign = foreign_contact(render_text(draft), facts.locality, pathway)
    yield _check(
        "locality",
        foreign is None,
        f"{foreign.value if foreign else ''} is not for patients who live where this one lives. Take it out.",
        weight="must",
    )


def _items(draft: Draft, purpose: str) -> list[str]:
    return [
        item
        for section in draft.sections
        if section.purpose == purpose
        for part in section.parts
        for item in part.items
    ]


def _check(name: str, passed: bool, change: str, *, point: int | None = None, weight: Weight = "reason") -> Check:
    return Check(id=name, change="" if passed else change, point=point, weight=weight)
