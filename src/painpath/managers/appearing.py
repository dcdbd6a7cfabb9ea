"""Where a part of a pathway appears to somebody: the previews that show it, and in words what no page can show.

A part has a preview or a sentence here; a test walks all parts, marks every text and looks for it on the previews.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from painpath.managers.presenters.labels import label
from painpath.managers.workbench import Place, Workbench, stands_alone
from painpath.pathway import Pathway
from painpath.pathway.describing import key_of, shapes
from painpath.web.previews import Preview

PICTURES: dict[str, tuple[str, ...]] = {
    "criteria.Ask": ("sheet",),
    "criteria.Criterion": ("question", "sheet", "reason", "practitioners", "patients-page", "letter"),
    "criteria.Pointer": ("practitioners",),
    "criteria.Readiness": ("patients-page",),
    "evidence.Rule": ("sheet",),
    "letters.Block": ("letter", "reason"),
    "letters.LetterText": ("letter", "reason"),
    "letters.Letters": ("letter", "reason"),
    "letters.Section": ("letter", "reason"),
    "measures.Scale": ("practitioners",),
    "measures.Threshold": ("practitioners",),
    "messages.Message": ("message",),
    "model.Pathway": ("practitioners", "patients", "letter"),
    "needs.LetterFormat": ("needs", "tell"),
    "needs.Need": ("needs", "tell"),
    "notices.Notice": ("notice",),
    "notices.Text": ("notice",),
    "outcomes.Due": ("practitioners",),
    "outcomes.Outcome": ("deciding", "letter", "my-decision", "practitioners"),
    "outcomes.Priority": ("deciding", "letter"),
    "outcomes.Stage": ("deciding", "letter", "patients-page"),
    "patient_pages.Page": ("patients", "patients-page"),
    "patient_pages.Part": ("patients-page",),
    "patient_pages.PatientPages": ("patients", "practitioners"),
    "patient_pages.Topic": ("resources",),
    "patient_status.PatientChange": ("tell",),
    "patient_status.PatientState": ("my-referral",),
    "patient_status.PatientStatus": ("tell",),
    "patient_status.Step": ("my-referral",),
    "referring.Change": ("referrer-change",),
    "referring.Changes": ("practitioners", "referrer-change"),
    "referring.Kind": ("practitioners", "account"),
    "referring.Link": ("practitioners",),
    "referring.Referring": ("practitioners",),
    "referring.Register": ("account",),
    "referring.Status": ("status",),
    "referring.TryFirst": ("practitioners", "patients-page"),
    "right_time.Answer": ("right-time", "right-time-card"),
    "right_time.Question": ("right-time", "right-time-card"),
    "right_time.RightTime": ("right-time", "right-time-card", "patients"),
    "safety.Safety": ("at-once", "questionnaire", "questions"),
    "service.Contact": ("my-referral", "status", "letter", "message", "notice", "practitioners"),
    "service.Grade": ("practitioners",),
    "service.Headings": ("practitioners",),
    "service.Locality": ("patients-page", "practitioners"),
    "service.Podcast": ("practitioners",),
    "service.Questionnaire": ("questionnaire", "patients-page", "questions", "team-questions", "phone"),
    "service.Route": ("practitioners", "patients-page"),
    "service.Signpost": ("resources", "practitioners", "deciding", "letter", "my-referral"),
    "service.Source": ("practitioners",),
    "service.Speaker": ("practitioners",),
    "service.Statement": ("patients-page", "practitioners", "right-time-card"),
    "service.Way": ("resources", "practitioners", "my-referral"),
    "shapes.Catchment": ("practitioners",),
    "shapes.Combination": ("practitioners",),
    "shapes.Programme": ("practitioners",),
    "shapes.Required": ("practitioners",),
}
"""By part: the previews on which its words stand."""

_READING = "It changes how letters are read. Try it on a letter from a criterion, and the draft on past referrals."
_AUTHORS = "Only those who write the pathway read it."
WORDS: dict[str, str] = {
    "delivery.Delivery": "It decides how letters are sent, and when a person looks after one. No page shows it.",
    "evidence.CriterionEvidence": _READING,
    "exchange.Cards": "Read in the record system of a practice, while somebody writes a referral there.",
    "exchange.Exchange": "It opens and closes the doors for other programs. The page “Other programs” shows which.",
    "exchange.Override": "A reason that a practitioner can choose in their own record system.",
    "letters.Picture": "Stands in a letter in easy read, beside the words of its section.",
    "needs.Communication": "It decides after how long somebody is asked again. The worklist shows who is to be asked.",
    "notices.Codes": "It decides how long a code works. The notices with a code name the day.",
    "notices.Notices": "Each notice stands on a page of its own.",
    "outcomes.ErsReply": "Goes to e-RS with the decision. The page that shows a decision before it is signed names it.",
    "outcomes.Target": "Counts when the worklist is sorted, and in every day that a page, letter or message names.",
    "outcomes.Wait": "Stands beside what a patient is accepted for, when a clinician decides, and in that letter.",
    "patient_pages.Recheck": "It decides when an owner is reminded to look at a page again.",
    "referring.Accounts": "It decides which addresses may ask for an account, and how long a draft is kept.",
    "retention.Retention": "Each class stands on a page of its own.",
    "retention.RetentionClass": "It decides how long a record is kept. The list of records that are due names it.",
    "safety.Unread": "It decides who is told when an answer about safety is not read in time.",
    "service.Accessibility": "What the published page promises. The tools themselves stand on every page.",
    "service.Chapter": "Goes with a recording: a criterion on the pages for practitioners leads to its minute.",
    "service.Team": "It decides how long a screening stays with one person, and how many are read twice.",
    "service.Tool": "What the published page promises. The tools themselves stand on every page.",
    "shapes.Unsettled": "Stands on the page of the draft until it is settled. Nothing is published before that.",
    "vocabulary.Band": _READING,
    "vocabulary.Context": _READING,
    "vocabulary.Group": _READING,
    "vocabulary.Score": _READING,
    "vocabulary.Section": _READING,
    "vocabulary.WordList": _READING,
}
"""By part: what a change of it does, where no page of ours shows its words, or where a number in it does something."""

FIELDS: dict[str, str] = {
    "criteria.Criterion.exception_published": "On the screening sheet, when a letter shows the exception.",
    "criteria.Readiness.published": "Kept as the page says it, so that nothing of the page is lost.",
    "model.Pathway.beside_criteria": "Kept as the page says it, so that nothing of the page is lost.",
    "model.Pathway.lookalikes": _READING,
    "needs.LetterFormat.by_hand": "Beside a letter that waits, for whoever makes it in this format.",
    "needs.Need.phrases": "Found in letters, so that somebody is asked about the need.",
    "outcomes.Outcome.ers_local": "Beside the decision, where nothing is sent in e-RS.",
    "outcomes.Outcome.ers_triage_local": "Beside the decision, where triage is not recorded in e-RS.",
    "outcomes.Outcome.published": "Kept as the page says it, so that nothing of the page is lost.",
    "letters.Block.points": "A list in a letter, where the letter has what it asks for.",
    "letters.Letters.takes_seriously": "A letter to a patient that does not say this at its start is not signed.",
    "patient_status.PatientStatus.plain_no_contact": "To a patient whose place has no contact, instead of one.",
    "referring.Register.pattern": "Checks the number that somebody types.",
    "safety.Safety.staff_now": "For the team, beside an answer about safety.",
    "service.Contact.published": "Kept as the page says it, so that nothing of the page is lost.",
    "service.Headings.page": "Kept as the page says it, so that nothing of the page is lost.",
    "service.Locality.no_contact": "On the page for practitioners of this place, where it has no contact.",
    "service.Questionnaire.name": "For the clinician who chooses which questionnaire to send.",
    "service.Questionnaire.published": "Kept as the page says it, so that nothing of the page is lost.",
    "service.Route.decided_by_source": _AUTHORS,
    "service.Signpost.checked_against": _AUTHORS,
    "service.Signpost.published": "Kept as the page says it, so that nothing of the page is lost.",
    "service.Source.kept_in": _AUTHORS,
    "service.Source.publisher": "On the card that a practice’s own record system shows.",
    "service.Statement.published": "Kept as the page says it, so that nothing of the page is lost.",
    "shapes.Combination.published": "Kept as the page says it, so that nothing of the page is lost.",
    "shapes.Programme.published": "Kept as the page says it, so that nothing of the page is lost.",
    "shapes.Required.published": "Kept as the page says it, so that nothing of the page is lost.",
}
"""By part and field: where words stand that no preview shows."""

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
    words = dict.fromkeys(WORDS[part_of(one)] for one in parts if part_of(one) in WORDS)
    words |= dict.fromkeys(_of_fields(parts))
    return Shown(tuple(links), tuple(words))


def _on_page(model: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    yield model
    for one in shapes(model):
        if model is not Pathway and one.kind == "part" and one.model and not stands_alone(one):
            yield from _on_page(one.model)


def _of_fields(parts: list[type[msgspec.Struct]]) -> Iterator[str]:
    said: dict[str, list[str]] = {}
    for part in parts:
        for one in shapes(part):
            words = FIELDS.get(f"{part_of(part)}.{one.name}") or (_AUTHORS if one.name in AUTHORS else "")
            if words:
                said.setdefault(words, []).append(label(one.name))
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
