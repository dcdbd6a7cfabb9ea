"""What fields, parts and choices are called on the pages of the editor: as in the model, where nothing else is said."""

import re
from functools import cache

import msgspec

from painpath.pathway import Pathway
from painpath.pathway.describing import shapes

LABELS: dict[str, str] = {
    "id": "Short name (id)",
    "published": "Published words",
    "question": "Question for referrers",
    "example": "A sentence that would answer it",
    "plain": "Plain words",
    "plain_for": "Plain words when it speaks for",
    "plain_against": "Plain words when it speaks against",
    "plain_change": "Plain words on what would change it",
    "ask": "What to ask when nothing is stated",
    "of": "Of whom or what",
    "outcomes": "Outcomes it may point to",
    "exception": "Exception",
    "exception_published": "Published words of the exception",
    "exception_shown_by": "What would show the exception",
    "case_by_case": "Case by case",
    "answered_by": "Who or what can settle it",
    "kind": "Kind",
    "mirror_of": "Repeats another criterion",
    "requires": "Needed before a decision rests on it",
    "notes": "Notes for authors",
    "evidence": "What speaks for and against",
    "needs": "What it needs",
    "plain_easy": "Easy read",
    "own_words": "The clinician’s own words",
    "ers": "Reply in e-RS",
    "ers_if_may_convert": "Reply in e-RS when the GP lets us convert",
    "ers_local": "Why nothing is sent in e-RS",
    "ers_triage": "Outcome of triage in e-RS",
    "ers_triage_local": "Why triage is not recorded in e-RS",
    "when": "When",
    "beside": "Beside one of",
    "not_beside": "Not beside any of",
    "somewhere": "With one of these anywhere",
    "nowhere": "With none of these anywhere",
    "any_tag": "Said to be any of",
    "tags": "Said to be all of",
    "unless": "Unless said to be",
    "why": "Why, beside the quote",
    "quiet": "Show nothing when held back",
    "weak": "Weak: gives way to anything stronger",
    "within": "Within how many words",
    "speaks": "Speaks",
    "readiness": "The right time",
    "plain_team": "What patients call the team",
    "service": "Name of the service",
    "forms": "Questionnaires offered",
    "lists": "Lists of words",
    "vocabulary": "Vocabulary",
    "contexts": "Words of context",
    "sections": "Sections",
    "lookalikes": "Words that look like others",
    "required": "What a referral must hold",
    "unsettled": "Still to be settled",
    "communication": "Communication needs",
    "exchange": "Other programs",
    "delivery": "How letters reach people",
    "patient_pages": "Pages for patients",
    "patient_status": "“Where am I?” for patients",
    "right_time": "“Is it the right time?”",
    "referring": "Pages for practitioners",
    "targets": "Time limits",
    "source": "Where this comes from",
    "ways": "Ways to reach it",
    "texts": "Letters",
    "url": "Address",
}

PARTS: dict[str, str] = {
    "outcomes": "Outcomes",
    "source": "The published page",
    "statements": "What the service can and cannot do",
    "headings": "Headings",
    "lists": "Lists of words",
    "sections": "Sections of letters",
}
"""Parts of a pathway whose name means something else inside another part."""

ABOUT: dict[str, str] = {
    "criteria": "What makes a referral right for the service or not: published words, questions and plain words.",
    "evidence": "Which words of a letter count for or against each criterion.",
    "outcomes": "What a clinician may decide.",
    "stages": "What an accepted referral moves on to.",
    "targets": "How soon each step should be done.",
    "signposts": "Services and resources that people may be pointed to.",
    "patient_pages": "The public pages that patients read.",
    "patient_status": "What a patient reads about where their referral is.",
    "right_time": "The questions by which a patient finds out if it is the right time.",
    "referring": "The pages that those who refer read.",
    "podcasts": "Recordings for those who refer.",
    "letters": "What the letters to patients, GPs and referrers say.",
    "messages": "Short texts and emails.",
    "notices": "What the program sends by itself, such as a reminder.",
    "delivery": "How letters are sent, and after how many working days somebody looks again.",
    "communication": "What is asked and offered about language, format and other needs.",
    "questionnaires": "Which questionnaires are sent, and at which step.",
    "safety": "What is said and done about danger and self-harm, and when answers are read.",
    "contacts": "How people reach the team.",
    "team": "How the team screens together.",
    "exchange": "Which other programs may send or fetch something.",
    "retention": "How long records are kept.",
    "vocabulary": "What letters can say, and the phrases by which they say it.",
    "lists": "Words that mean the same, for phrases to use.",
}
"""What each part is, for whoever looks for it; where nothing is said here, the first sentence of its model."""

_ABBREVIATIONS = {
    "gp": "GP",
    "ers": "e-RS",
    "nhs": "NHS",
    "fhir": "FHIR",
    "sms": "text message",
    "cds": "CDS",
    "bars": "BaRS",
}


def label(name: str) -> str:
    """What a field is called."""
    if name in LABELS:
        return LABELS[name]
    if name.startswith("plain_"):
        return f"Plain words: {in_words(name.removeprefix('plain_')).lower()}"
    return in_words(name)


def part_label(name: str) -> str:
    """What a part of the pathway is called."""
    return PARTS.get(name) or label(name)


def in_words(value: object) -> str:
    """`exception_shown_by` -> `Exception shown by`; yes and no for true and false."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    text = str(value)
    if text.isupper():  # a code of another system stays as that system writes it, and can be read
        text = text.lower()
    words = [_ABBREVIATIONS.get(word, word) for word in re.split(r"[_-]", text)]
    joined = " ".join(words)
    return joined[:1].upper() + joined[1:] if joined[:1].islower() and words[0] not in ("e-RS",) else joined


def inside(words: str) -> str:
    """The same in the middle of a sentence: `Plain words` -> `plain words`, `GP` and `e-RS` as they are."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def helped(words: str) -> str:
    """The help under a field, with the names of other fields as the pages call them."""
    words = re.sub(r"`([a-z][a-z_]*)`", lambda found: f"“{label(found[1])}”", words)
    return quoted(words.replace("” is true", "” is ticked"))


def quoted(words: str) -> str:
    """A sentence of the checks for people: what it sets between backticks stands in quotation marks as on paper, and
    fields are called as the pages call them. On the command line they have the names of the files that it is about."""
    words = re.sub(r"`([^`]+)`", lambda found: f"“{_called(found[1])}”", words)
    return _BARE.sub(lambda found: f"“{label(found[0])}”" if found[0] in fields() else found[0], words)


_CODE = re.compile(r"([a-z][a-z_]*)(?:: ?\[?([^\]]*)\]?)?")
"""`exception`, `case_by_case: true`, `locality:`, `programmes: [moving]`."""
_BARE = re.compile(r"(?<![\w{/.-])[a-z]+(?:_[a-z]+)+(?![\w}]|\.\w)")
"""A name with an underscore. Between braces it is what an author writes into a text, and stays; in the name of a file
too."""


def _called(code: str) -> str:
    found = _CODE.fullmatch(code)
    if found is None or found[1] not in fields():
        return in_words(code) if _BARE.fullmatch(code) else code
    value = {"true": "yes", "false": "no"}.get(found[2] or "", found[2])
    return f"{label(found[1])}: {inside(in_words(value))}" if value else label(found[1])


@cache
def fields() -> frozenset[str]:
    """The names of every field of every part of a pathway."""
    found: set[str] = set()
    known: set[type[msgspec.Struct]] = {Pathway}
    waiting: list[type[msgspec.Struct]] = [Pathway]
    while waiting:
        for one in shapes(waiting.pop()):
            found.add(one.name)
            if one.model is not None and one.model not in known:
                known.add(one.model)
                waiting.append(one.model)
    return frozenset(found)


def place_words(field: str) -> str:
    """`criteria[3].plain_for` -> `Criteria 4, plain words when it speaks for`, as a problem of the checks names it."""
    found = ""
    for name, number in re.findall(r"([^.\[\]]+)|\[(\d+)\]", field):
        if number:
            found += f" {int(number) + 1}"
        else:
            found += f", {inside(label(name))}" if found else part_label(name)
    return found
