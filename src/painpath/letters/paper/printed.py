"""A questionnaire on paper: tagged PDF/UA-1, in each layout of the letters: standard (12 point), large print (18 point)
and yellow on black (18 point, with yellow places to write on)."""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from painpath import clock
from painpath.letters.facts import Layout
from painpath.letters.paper.service import Words
from painpath.letters.paper.sheet import Choice, Entry, sheet, takes
from painpath.letters.pdf import typeset
from painpath.letters.wording import clean
from painpath.questionnaires import Questionnaire
from painpath.questionnaires.body import AREAS, BY_CODE, VIEWS
from painpath.questionnaires.body_svg import svg

LAYOUT = Path(__file__).parent / "paper.typ"
FONT = "Atkinson Hyperlegible Next"


def paper(questionnaire: Questionnaire, words: Words, *, layout: Layout = "standard", reference: str = "") -> bytes:
    """The whole questionnaire to fill in with a pen, as PDF/UA-1.

    `reference` is our reference of the referral; without it there is a field for the clinic to write it in. Raises
    LetterError when the questionnaire has no questions yet, or holds a character that no font here can show.
    """
    large = layout != "standard"
    data: dict[str, Any] = {
        "large": large,
        "dark": layout == "yellow-on-black",
        "title": _tidy(questionnaire.title),
        "service": words.service,
        "reference": reference,
        "front": _front(questionnaire, words),
        "entries": [_entry(entry, large=large) for entry in sheet(questionnaire)],
        "urgent": {
            "heading": _("Do you need help now?"),
            "late": _("It may be some days before we read this paper. Do not wait for us."),
            "items": list(words.urgent),
            "deaf": _("If you are deaf, or cannot speak on a phone:"),
            "silent": list(words.silent),
        },
        "back": _back(questionnaire, words),
        "labels": {
            "reference": _("Reference (we write this in)"),
            "short_reference": _("Reference:"),
            "page": _("Page"),
            "of": _("of"),
            "why": _("Why we ask:"),
            "front": _("Front"),
            "back": _("Back"),
            "day": _("Day"),
            "month": _("Month"),
            "year": _("Year"),
            "time": _("Time"),
            "end": _("This is the end. Thank you."),
        },
    }
    return typeset(LAYOUT, data, clock.today())


def _front(questionnaire: Questionnaire, words: Words) -> dict[str, Any]:
    """The first page, before the questions."""
    how = [
        _("Use a pen. Put a tick in the box beside your answer."),
        _("Made a mistake? Cross it out and tick another box."),
        _("You can leave a question out. You can stop and go on another day."),
    ]
    if questionnaire.minutes:
        how.append(takes(questionnaire.minutes))
    return {
        "parts": [
            {"heading": _("Why we ask"), "words": [words.why]},
            *([{"heading": _("Who reads your answers"), "words": list(words.reads)}] if words.reads else []),
            {"heading": _("Help to fill it in"), "words": [words.help, *_contacts(words)]},
        ],
        "how": {"heading": _("How to fill it in"), "items": how},
        "who": {
            "heading": _("Who filled this in?"),
            "items": [
                _("I filled it in myself."),
                _("Somebody helped me. These are my own answers."),
                _("Somebody else filled it in for me. Their name:"),
            ],
            "date": _("Date"),
            "name": _("Your name"),
            "born": _("Date of birth"),
        },
    }


def _back(questionnaire: Questionnaire, words: Words) -> dict[str, Any]:
    """The last words: what to do with it, and whose the questionnaire is."""
    about = [_("{title}, version {version}.").format(title=_tidy(questionnaire.title), version=questionnaire.version)]
    about += [_tidy(one) for one in (questionnaire.copyright, questionnaire.rights_source) if one]
    return {
        "after": [
            _("Please send or bring this to us. If you cannot, ask us and we write down your answers on the phone."),
            *_contacts(words),
        ],
        "rights": {"heading": _("Whose questionnaire this is"), "words": about},
    }


def _contacts(words: Words) -> list[str]:
    return [f"{label}: {value}" for label, value in words.contacts] or [
        _("Ask {team} or the person who gave you this paper.").format(team=words.team)
    ]


def _entry(entry: Entry, *, large: bool) -> dict[str, Any]:
    item = entry.item
    text = entry.text
    if entry.copy:
        text = f"{text} ({entry.copy})" if text else str(entry.copy)
    return {
        "what": entry.what,
        "number": entry.number,
        "text": _tidy(text),
        "level": entry.level,
        "gate": " ".join(part for part in (entry.only_if, entry.otherwise) if part),
        "kind": entry.kind,
        "columns": _columns(entry, large=large),
        "how": " ".join(entry.how),
        "help": _tidy(item.help) if entry.what == "question" else "",
        "why": _tidy(item.why),
        "choices": [_choice(choice) for choice in entry.choices],
        "lower": _tidy(item.lower),
        "upper": _tidy(item.upper),
        "unit": _tidy(item.unit.label) if item.unit else "",
        "lines": 5 if item.type == "text" else 4,
        "safety": item.safety is not None,
        "body": _body(entry) if entry.kind == "body" else None,
    }


def _columns(entry: Entry, *, large: bool) -> int:
    """In how many columns the answers stand: a few short ones beside each other, many short ones in two columns.

    Those with a line to write on, and those that say more, have a line of their own below.
    """
    lengths = [len(choice.label) for choice in entry.choices if not _is_wide(choice)]
    if entry.item.safety is not None or not lengths:
        return 1
    if sum(lengths) + 8 * len(lengths) <= (48 if large else 96):
        return len(lengths)
    return 2 if len(lengths) > 5 and max(lengths) <= (14 if large else 32) else 1


def _is_wide(choice: Choice) -> bool:
    return choice.own_words or choice.alone


def _choice(choice: Choice) -> dict[str, Any]:
    alone = " " + _("(If you tick this, tick nothing else.)") if choice.alone else ""
    return {"label": _tidy(choice.label) + alone, "own": choice.own_words, "wide": _is_wide(choice)}


def _body(entry: Entry) -> dict[str, Any]:
    """The pictures with the numbers of the places, and the same places as a list to tick."""
    left, right = _("Your left"), _("Your right")
    alts = {
        "front": _("A person seen from the front. The places have the numbers of the list."),
        "back": _("A person seen from the back. The places have the numbers of the list."),
    }
    groups: list[dict[str, Any]] = []
    numbers: dict[str, int] = {}
    for area, name in [*AREAS.items(), (None, _("Other places"))]:
        inside = [one for one in entry.choices if (BY_CODE[one.code].area if one.code in BY_CODE else None) == area]
        if inside:
            numbers |= {one.code: at for at, one in enumerate(inside, len(numbers) + 1)}
            places = [{"number": numbers[one.code], "label": _tidy(one.label), "own": one.own_words} for one in inside]
            groups.append({"name": _(name), "places": places})
    pictures = [
        {"svg": svg(view, left=left, right=right, numbers=numbers, font=FONT), "alt": alts[view]} for view in VIEWS
    ]
    return {"groups": groups, "pictures": pictures}


def _tidy(text: str) -> str:
    return clean(text)
