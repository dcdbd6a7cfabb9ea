"""A letter put together: facts and the pathway's texts in, a structured draft out. Pure functions."""

from collections.abc import Iterator
from itertools import chain
from typing import Literal

import msgspec

from painpath.letters.drafts import Draft, DraftSection, Part, Picture
from painpath.letters.errors import LetterError
from painpath.letters.facts import Clause, LetterFacts, Signatory, Signpost, from_entry
from painpath.letters.wording import clause, clean, day, line, month, nhs_number, paragraphs, sentence
from painpath.pathway import Pathway, contacts_for
from painpath.pathway.crisis import crisis_line, danger_signs, help_now
from painpath.pathway.letters import DOOR_LEFT_AJAR, FIELDS, Audience, Block, Section
from painpath.pathway.letters import Picture as PathwayPicture
from painpath.pathway.model import Contact

STATES = {
    "for": "The referral speaks for accepting",
    "against": "The referral speaks against accepting",
    "mixed": "The referral speaks both ways",
    "not_stated": "The referral says nothing about this",
}
"""A criterion's state as the GP reads it."""

JUDGED = {
    "for": "this speaks for accepting",
    "against": "this speaks against accepting",
    "mixed": "this speaks both ways",
    "not_stated": "the referral says nothing about this",
}
"""A state as the clinician's own word, which is not what the referral was read as."""

_READ = {"for": "speaking for it", "against": "speaking against it", "mixed": "speaking both ways",
         "not_stated": "saying nothing about it"}  # fmt: skip


Values = dict[str, str | tuple[str, ...]]
OwnWords = dict[bool | Literal["reason"], str]


def draft(facts: LetterFacts, audience: Audience, pathway: Pathway) -> Draft:
    """The letter about these facts to this audience, in the words of this version of the pathway.

    Raises LetterError when the letter would hold a contact that is meant for patients of another locality.
    """
    letters = pathway.letters
    text = letters.text(facts.outcome, audience)
    values = _values(facts, audience, pathway)
    own_words: OwnWords = {
        True: facts.words_to_patient if audience == "patient" else facts.words_to_gp,
        "reason": str(values["reason"]),
    }
    pictures = letters.pictures if audience == "patient" else ()
    sections = (_section(letters.section(name), values, own_words, pictures) for name in text.sections)
    made = Draft(
        outcome=facts.outcome,
        audience=audience,
        pathway=pathway.name,
        pathway_version=pathway.version,
        pathway_digest=pathway.digest,
        service=line(pathway.service),
        address=_address(facts, audience),
        written_on=facts.written_on,
        greeting=_fill(letters.greeting, values),
        heading=_fill(text.heading, values),
        particulars=_particulars(facts, audience, pathway),
        opening=_parts(text.opening, values, own_words),
        sections=tuple(section for section in sections if section.parts),
        closing=_fill(letters.closing, values),
        signatory=Signatory(**{key: line(value) for key, value in msgspec.structs.asdict(facts.signatory).items()}),
        copied_to=tuple(filter(None, map(line, facts.copied_to))),
        patient=_patient(facts),
        reference=line(facts.reference),
        easy=_parts(text.plain_easy, values, own_words),
    )
    _refuse_foreign_contacts(made, facts.locality, pathway)
    return made


def _values(facts: LetterFacts, audience: Audience, pathway: Pathway) -> Values:
    patient = _patient(facts)
    # Somebody who is not seen now is told what speaks against it, and somebody who is, what speaks for it.
    puzzling = "for" if facts.outcome in DOOR_LEFT_AJAR else "against" if facts.outcome == "accept" else ""
    # The letter says by itself when to call 999: so the emergency number is not said again.
    urgent = [entry for entry in help_now(pathway) if entry.kind == "crisis" or entry.without_speaking]
    values: Values = {
        "addressee": _greeted(facts) if audience == "patient" else line(facts.gp_name) or "Colleague",
        "patient_name": patient,
        "service": line(pathway.service),
        "team": line(pathway.plain_team),
        "referrer": line(facts.referrer_name)
        or ("the person who referred you" if audience == "patient" else "the referrer"),
        "pathway_version": month(pathway.version),
        "decided_on": day(facts.decided_on),
        "clinician_name": line(facts.signatory.name) or "the clinician who decided",
        "clinician_role": line(facts.signatory.role),
        "clinician_contact": line(facts.signatory.contact),
        "review_date": day(facts.review_date) if facts.review_date else "",
        "condition": clause(facts.condition),
        "watcher": line(facts.watcher),
        "target_service": line(facts.target_service),
        "stage": line(facts.stage),
        "priority": line(facts.priority),
        "wait": line(facts.wait),
        "wait_as_of": day(facts.wait_as_of) if facts.wait_as_of else "",
        "clock_start": day(facts.clock_start) if facts.clock_start else "",
        "request_ubrn": (line(facts.ubrn) or "without a number") if facts.awaits_referral else "",
        "answer_by": day(facts.answer_by) if facts.answer_by else "",
        "online": line(facts.online) if audience == "patient" else "",
        "question": line(facts.question) if audience == "gp" else "",
        "reasons": tuple(item.plain for item in facts.clauses if item.state != puzzling),
        "changes": tuple(item.change for item in facts.clauses),
        "clauses": tuple(map(_clause, facts.clauses)),
        "signposts": tuple(map(_signpost if audience == "patient" else _signpost_name, facts.signposts)),
        "self_help": tuple(
            _signpost(from_entry(entry))
            for entry in pathway.signposts
            if entry.kind == "self_help"
            and entry.criteria
            and entry.plain_name not in {post.name for post in facts.signposts}
        ),
        "danger_signs": danger_signs(pathway),
        "crisis_lines": tuple(crisis_line(entry) for entry in urgent if not entry.without_speaking),
        "silent_lines": tuple(crisis_line(entry) for entry in urgent if entry.without_speaking),
        "questionnaires": tuple(map(line, facts.questionnaires)),
        "questions_patient": tuple(map(line, facts.questions_patient)),
        "questions_referrer": tuple(map(line, facts.questions_referrer)),
        "enclosures": tuple(map(line, facts.enclosures)) if audience == "gp" else (),
        "contacts": tuple(f"{item.label}: {item.value}" for item in contacts_for(pathway, facts.locality)),
        "reason": clean(facts.reason) if audience == "gp" else "",
    }
    # Two clauses may say the same to a patient: once is enough.
    return {
        name: value if isinstance(value, str) else tuple(dict.fromkeys(filter(None, value)))
        for name, value in values.items()
    }


def _clause(cited: Clause) -> str:
    published = " ".join(f"“{line(words)}”" for words in cited.published)
    quotes = "; ".join(f"“{line(quote)}”" for quote in cited.quotes)
    if not cited.read_state:
        return f"{published} {STATES[cited.state]}{f': {quotes}' if quotes else ''}."
    # A correction is the clinician's word: nothing of it may seem to stand in the referral.
    told = f"The clinician judged that {JUDGED[cited.state]} (the referral was read as {_READ[cited.read_state]})."
    reason = f"The clinician’s reason: {sentence(line(cited.reason))}" if line(cited.reason) else ""
    return " ".join(filter(None, (published, told, reason, f"The referral’s words: {quotes}." if quotes else "")))


def _signpost(post: Signpost) -> str:
    return " ".join(filter(None, (sentence(line(post.name)), sentence(line(post.what)), line(post.contact))))


def _signpost_name(post: Signpost) -> str:
    return sentence(line(post.name))


def _patient(facts: LetterFacts) -> str:
    return line(f"{facts.patient_title} {facts.patient_name}")


def _greeted(facts: LetterFacts) -> str:
    title, family = line(facts.patient_title), line(facts.patient_family_name)
    return f"{title} {family}" if title and family else _patient(facts)


def _address(facts: LetterFacts, audience: Audience) -> tuple[str, ...]:
    if audience == "patient":
        lines = (_patient(facts), *facts.patient_address)
    else:
        lines = (facts.gp_name, facts.practice, *facts.practice_address)
    return tuple(filter(None, map(line, lines)))


def _particulars(facts: LetterFacts, audience: Audience, pathway: Pathway) -> tuple[tuple[str, str], ...]:
    born = day(facts.date_of_birth) if facts.date_of_birth else ""
    number = nhs_number(facts.nhs_number)
    if audience == "patient":
        rows = [("Our reference", facts.reference), ("Date of birth", born), ("NHS number", number)]
    else:
        rows = [
            ("Patient", _patient(facts)),
            ("Date of birth", born or "not known to us"),
            ("NHS number", number or "not known to us"),
            ("Our reference", facts.reference),
            ("e-RS booking reference (UBRN)", facts.ubrn),
            ("Practice", facts.practice),
            ("Referred by", ", ".join(filter(None, (facts.referrer_name, facts.referrer_organisation)))),
            ("Decision", pathway.outcome(facts.outcome).label),
            ("Decided on", day(facts.decided_on)),
            ("Review date", day(facts.review_date) if facts.review_date else ""),
            ("Communication needs", "; ".join(facts.communication)),
        ]
    return tuple((label, line(value)) for label, value in rows if line(value))


def _section(
    section: Section, values: Values, own_words: OwnWords, pictures: tuple[PathwayPicture, ...]
) -> DraftSection:
    return DraftSection(
        purpose=section.purpose,
        heading=_fill(section.heading, values),
        parts=_parts(section.body, values, own_words),
        easy=_parts(section.plain_easy, values, own_words),
        picture=next(
            (Picture(name=one.picture, alt=one.plain_alt) for one in pictures if one.purpose == section.purpose), None
        ),
    )


def _parts(blocks: tuple[Block, ...], values: Values, own_words: OwnWords) -> tuple[Part, ...]:
    found: list[Part] = []
    for block in blocks:
        if (block.when and not values[block.when]) or (block.unless and values[block.unless]):
            continue
        if block.text:
            found.append(Part(source="template", text=_fill(block.text, values)))
        elif block.points:
            found.append(Part(source="template", items=tuple(_fill(point, values) for point in block.points)))
        elif block.list and (items := values[block.list]):
            source: Literal["template", "clinician"] = (
                "clinician" if block.list.startswith("questions_") else "template"
            )
            found.append(Part(source=source, items=tuple(items)))
        elif block.own_words:
            words = paragraphs(own_words[block.own_words])
            found.extend(Part(source="clinician", text=paragraph) for paragraph in words)
    return tuple(found)


def _fill(text: str, values: Values) -> str:
    return text.format_map({name: values[name] for name, field in FIELDS.items() if field.kind in ("text", "date")})


def foreign_contact(words: str, locality: str | None, pathway: Pathway) -> Contact | None:
    """A contact in these words that a reader of this locality may not see, or None."""
    allowed = contacts_for(pathway, locality)
    words = "".join(words.split()).casefold()
    return next(
        (item for item in pathway.contacts if item not in allowed and "".join(item.value.split()).casefold() in words),
        None,
    )


def _all_words(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(_all_words, value.values()))
    elif isinstance(value, list | tuple):
        yield from chain.from_iterable(map(_all_words, value))


def _refuse_foreign_contacts(made: Draft, locality: str | None, pathway: Pathway) -> None:
    words = "\n".join(_all_words(msgspec.to_builtins(made)))
    if found := foreign_contact(words, locality, pathway):
        place = next((place.name for place in pathway.localities if place.id == found.locality), found.locality)
        raise LetterError(
            f"The letter would hold {found.value}, which is for patients of {place} only. "
            f"This patient is not known to live there. Take it out, or correct where the patient lives."
        )
