"""Where a part of a pathway appears to somebody: the previews that show it, and in words what is on no page by nature.

A part has a preview, or a sentence with the reason why there can be none; a test walks all parts, marks every text and
looks for it on the previews. Something that has a page has its preview: there is no place here for "not yet".
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from painpath.managers.presenters.labels import label
from painpath.managers.workbench import Place, Workbench, stands_alone
from painpath.pathway import Pathway
from painpath.pathway.describing import key_of, shapes
from painpath.web.previews import Preview


class Why(StrEnum):
    """Why something is on no page of anybody."""

    COUNTED = "a number that the program counts by"
    LOOKED_FOR = "words that letters and orders are searched for"
    CHECKED = "what somebody types or writes is checked against it"
    SWITCHED = "a way in or out is open or shut by it"
    KEPT = "kept as the published page says it, so that nothing of it is lost"
    AUTHORS = "for those who write the pathway"


PICTURES: dict[str, tuple[str, ...]] = {
    "criteria.Ask": ("sheet",),
    "criteria.Criterion": (
        "question",
        "sheet",
        "reason",
        "practitioners",
        "patients-page",
        "letter",
        "sheet-exception",
        "cds-card",
    ),
    "criteria.Pointer": ("practitioners",),
    "criteria.Readiness": ("patients-page",),
    "evidence.CriterionEvidence": ("sheet",),
    "evidence.Rule": ("sheet",),
    "exchange.Override": ("cds-card",),
    "letters.Block": ("letter", "reason"),
    "letters.LetterText": ("letter", "reason"),
    "letters.Letters": ("letter", "reason"),
    "letters.Picture": ("easy-read",),
    "letters.Section": ("letter", "reason"),
    "measures.Scale": ("practitioners",),
    "measures.Threshold": ("practitioners",),
    "messages.Message": ("message",),
    "model.Pathway": ("practitioners", "patients", "letter"),
    "needs.Communication": ("needs",),
    "needs.LetterFormat": ("needs", "tell", "formats"),
    "needs.Need": ("needs", "tell"),
    "notices.Codes": ("notice",),
    "notices.Notice": ("notice",),
    "notices.Notices": ("notice",),
    "notices.Text": ("notice",),
    "outcomes.Due": ("practitioners",),
    "outcomes.ErsReply": ("in-ers",),
    "outcomes.Outcome": ("deciding", "letter", "my-decision", "practitioners", "in-ers"),
    "outcomes.Priority": ("deciding", "letter"),
    "outcomes.Stage": ("deciding", "letter", "patients-page"),
    "outcomes.Target": ("practitioners", "patients-page"),
    "outcomes.Wait": ("deciding", "patients-page"),
    "patient_pages.Page": ("patients", "patients-page"),
    "patient_pages.Part": ("patients-page",),
    "patient_pages.PatientPages": ("patients", "practitioners"),
    "patient_pages.Recheck": ("resources",),
    "patient_pages.Topic": ("resources",),
    "patient_status.PatientChange": ("tell",),
    "patient_status.PatientState": ("my-referral",),
    "patient_status.PatientStatus": ("tell", "my-referral"),
    "patient_status.Step": ("my-referral",),
    "referring.Change": ("referrer-change",),
    "referring.Changes": ("practitioners", "referrer-change"),
    "referring.Kind": ("practitioners", "account"),
    "referring.Link": ("practitioners",),
    "referring.Referring": ("practitioners",),
    "referring.Register": ("account",),
    "referring.Status": ("status",),
    "referring.TryFirst": ("practitioners", "patients-page"),
    "retention.Retention": ("retention",),
    "retention.RetentionClass": ("retention",),
    "right_time.Answer": ("right-time", "right-time-card"),
    "right_time.Question": ("right-time", "right-time-card"),
    "right_time.RightTime": ("right-time", "right-time-card", "patients"),
    "safety.Safety": ("at-once", "questionnaire", "questions", "safety-now"),
    "service.Chapter": ("practitioners",),
    "service.Contact": ("my-referral", "status", "letter", "message", "notice", "practitioners"),
    "service.Grade": ("practitioners",),
    "service.Headings": ("practitioners",),
    "service.Locality": ("patients-page", "practitioners"),
    "service.Podcast": ("practitioners",),
    "service.Questionnaire": ("questionnaire", "patients-page", "questions", "team-questions", "phone"),
    "service.Route": ("practitioners", "patients-page"),
    "service.Signpost": ("resources", "practitioners", "deciding", "letter", "my-referral"),
    "service.Source": ("practitioners", "cds-card"),
    "service.Speaker": ("practitioners",),
    "service.Statement": ("patients-page", "practitioners", "right-time-card"),
    "service.Way": ("resources", "practitioners", "my-referral"),
    "shapes.Catchment": ("practitioners",),
    "shapes.Combination": ("practitioners", "patients-page"),
    "shapes.Programme": ("practitioners",),
    "shapes.Required": ("practitioners",),
}  # fmt: skip
"""By part: the previews on which its words stand."""

_READING = (
    Why.LOOKED_FOR,
    "It changes how letters are read. Try it on a letter from a criterion, and the draft on past referrals.",
)
_AUTHORS = (Why.AUTHORS, "Only those who write the pathway read it.")
_KEPT = (Why.KEPT, "Kept as the page says it, so that nothing of the page is lost.")
_TOOLS = (Why.KEPT, "What the published page promises. The tools themselves stand on every page.")
WORDS: dict[str, tuple[Why, str]] = {
    "delivery.Delivery": (
        Why.SWITCHED, "It decides how letters are sent, and when a person looks after one. No page shows it.",
    ),
    "exchange.Cards": (
        Why.LOOKED_FOR, "It decides for which orders of a practice’s own record system there is a card.",
    ),
    "exchange.Exchange": (
        Why.SWITCHED, "It opens and closes the doors for other programs. The page “Other programs” shows which.",
    ),
    "needs.Communication": (
        Why.COUNTED, "It decides after how long somebody is asked again. The worklist shows who is to be asked.",
    ),
    "notices.Codes": (Why.COUNTED, "It decides how long a code works, and how often it may be tried."),
    "outcomes.Target": (
        Why.COUNTED, "Counts when the worklist is sorted, and in every day that a page, letter or message names.",
    ),
    "patient_pages.Recheck": (Why.COUNTED, "It decides when an owner is reminded to look at a page again."),
    "referring.Accounts": (
        Why.CHECKED, "It decides which addresses may ask for an account, and how long a draft is kept.",
    ),
    "retention.RetentionClass": (
        Why.COUNTED, "It decides how long a record is kept. Nothing is destroyed by it alone.",
    ),
    "safety.Unread": (Why.COUNTED, "It decides who is told when an answer about safety is not read in time."),
    "service.Accessibility": _TOOLS,
    "service.Team": (
        Why.COUNTED, "It decides how long a screening stays with one person, and how many are read twice.",
    ),
    "service.Tool": _TOOLS,
    "shapes.Unsettled": (
        Why.AUTHORS, "Stands on the page of the draft until it is settled. Nothing is published before that.",
    ),
    "vocabulary.Band": _READING,
    "vocabulary.Context": _READING,
    "vocabulary.Group": _READING,
    "vocabulary.Score": _READING,
    "vocabulary.Section": _READING,
    "vocabulary.WordList": _READING,
}  # fmt: skip
"""By part: why no page shows it, or not all of it, and what a change of it does."""

FIELDS: dict[str, tuple[Why, str]] = {
    "criteria.Readiness.published": _KEPT,
    "letters.Letters.takes_seriously": (
        Why.CHECKED, "A letter to a patient that does not say this at its start is not signed.",
    ),
    "model.Pathway.beside_criteria": _KEPT,
    "model.Pathway.lookalikes": _READING,
    "needs.Need.phrases": (Why.LOOKED_FOR, "Found in letters, so that somebody is asked about the need."),
    "outcomes.Outcome.published": _KEPT,
    "referring.Register.pattern": (Why.CHECKED, "Checks the number that somebody types."),
    "retention.RetentionClass.confirmed_by": _AUTHORS,
    "service.Contact.published": _KEPT,
    "service.Headings.page": _KEPT,
    "service.Questionnaire.published": _KEPT,
    "service.Route.decided_by_source": _AUTHORS,
    "service.Signpost.checked_against": _AUTHORS,
    "service.Signpost.published": _KEPT,
    "service.Source.kept_in": _AUTHORS,
    "service.Statement.published": _KEPT,
    "shapes.Combination.published": _KEPT,
    "shapes.Programme.published": _KEPT,
    "shapes.Required.published": _KEPT,
}  # fmt: skip
"""By part and field: why words stand on no page, and where they go."""

AUTHORS = frozenset({"source", "notes", "to_confirm", "to_check", "comment"})
"""Fields for those who write the pathway, in whatever part."""


class Shown(NamedTuple):
    """Where one part appears."""

    links: tuple[tuple[str, str, str], ...]
    """(title, preview, which one of it): the last is empty where it is for the reader to choose."""
    words: tuple[str, ...]


def part_of(model: type[msgspec.Struct]) -> str:
    """The name of a part here: two parts may have one name in two modules."""
    return f"{model.__module__.rsplit('.', 1)[-1]}.{model.__name__}"


def appears(bench: Workbench, place: Place, kinds: dict[str, Preview]) -> Shown:
    """Where the part at this place appears, with what stands inside it on the same page of the editor."""
    parts = list(_on_page(place.model))
    names = dict.fromkeys(name for one in parts for name in PICTURES.get(part_of(one), ()))
    whole = bench.compiled.pathway
    links = [(kinds[name].title, name, _which(kinds[name], whole, bench, place)) for name in names]
    words = dict.fromkeys(WORDS[part_of(one)][1] for one in parts if part_of(one) in WORDS)
    words |= dict.fromkeys(_of_fields(parts))
    return Shown(tuple(links), tuple(words))


def _on_page(model: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """A part with all that stands inside it on the same page of the editor."""
    yield model
    for one in shapes(model):
        if model is not Pathway and one.kind == "part" and one.model and not stands_alone(one):
            yield from _on_page(one.model)


def _of_fields(parts: list[type[msgspec.Struct]]) -> Iterator[str]:
    said: dict[str, list[str]] = {}
    for part in parts:
        for one in shapes(part):
            found = FIELDS.get(f"{part_of(part)}.{one.name}") or (_AUTHORS if one.name in AUTHORS else None)
            if found:
                said.setdefault(found[1], []).append(label(one.name))
    for words, names in said.items():
        yield f"{', '.join(dict.fromkeys(names))}: {words[:1].lower()}{words[1:]}"


def _which(kind: Preview, whole: Pathway | None, bench: Workbench, place: Place) -> str:
    """The one preview of this kind that is about this place, by the ids on the way to it; empty where none is."""
    offered = [one for one, _ in kind.each(whole)] if whole is not None else []
    value: Any = bench.data
    for step in place.path:
        if isinstance(step, int) and step >= len(value or ()):  # what is being added
            break
        value = (value or {}).get(step) if isinstance(step, str) else value[step]
        key = str(step) if isinstance(step, str) else key_of(value) if isinstance(value, dict) else ""
        if isinstance(value, dict) and "audience" in value:
            key = f"{key}-{value['audience']}"
        for one in (key, key.replace("_", "-")):
            if one and one in offered:
                return one
    return ""
