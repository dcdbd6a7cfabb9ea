"""A questionnaire to be read out on the phone: what to say, which answers there are, where to go on."""

import textwrap
from collections.abc import Iterator

from django.utils.translation import gettext as _

from painpath.letters.paper.service import Words
from painpath.letters.paper.sheet import Entry, sheet, takes
from painpath.letters.wording import clean
from painpath.questionnaires import Questionnaire, weight
from painpath.questionnaires.body import AREAS, BY_CODE

WIDTH = 88


def phone_script(questionnaire: Questionnaire, words: Words) -> str:
    """Plain text for a member of staff, to read out from the screen or from paper. Ends with a line break.

    What stands in quotation marks is read out as it stands; the rest is for whoever calls. Raises LetterError when the
    questionnaire has no questions yet.
    """
    lines = [*_opening(questionnaire, words)]
    for entry in sheet(questionnaire):
        lines += ["", *_entry(entry, words)]
    lines += ["", *_closing(questionnaire, words)]
    return "\n".join(line.rstrip() for line in lines).strip() + "\n"


def _opening(questionnaire: Questionnaire, words: Words) -> Iterator[str]:
    yield clean(questionnaire.title).upper()
    yield words.service
    yield "Phone script. Read out what stands in quotation marks, word for word."
    yield from ["", "BEFORE YOU ASK", ""]
    yield from _point("Make sure whom you speak to, as your service does it, before you say what the call is about.")
    yield from _point("Ask whether now is a good time, and whether they can talk without being overheard.")
    yield from _point("Enter each answer as it is given. A question may be left out. Never suggest an answer.")
    yield from _point("If they want to stop, thank them and agree another day. Nothing is closed because of that.")
    yield ""
    for part in (words.why, *words.reads, words.help):
        if part:
            yield from _say(part)
    if questionnaire.minutes:
        yield from _say(takes(questionnaire.minutes))
    yield from _say(_("You can leave a question out. You can stop at any time."))


def _entry(entry: Entry, words: Words) -> Iterator[str]:
    if entry.only_if:
        yield from _wrapped(f"[{entry.only_if} {entry.otherwise}".strip() + "]")
    text = clean(entry.text)
    if entry.what == "heading":
        if text or entry.copy:
            yield from _wrapped(f"== “{text}”{f' ({entry.copy})' if entry.copy else ''} ==")
    elif entry.what == "words":
        yield from _wrapped(text) if entry.on_its_own else _say(text)
    else:
        yield from _question(entry, text, words)


def _question(entry: Entry, text: str, words: Words) -> Iterator[str]:
    item = entry.item
    yield from _wrapped(f"{entry.number}. “{text}”", "   ")
    for label, more in (("Help, if they ask", item.help), ("Why we ask, if they ask", item.why)):
        if more:
            yield from _wrapped(f"   {label}: “{clean(more)}”", "   ")
    yield from _answers(entry)
    if item.required:
        yield "   The questionnaire needs an answer here. If they would rather not, write that down."
    if item.safety is not None:
        yield from _at_once(entry, words)


def _answers(entry: Entry) -> Iterator[str]:
    item = entry.item
    if entry.kind == "body":
        yield "   Go through the body from head to foot. Tick every place that they name."
        for area, name in [*AREAS.items(), (None, _("Other places"))]:
            inside = [one for one in entry.choices if (BY_CODE[one.code].area if one.code in BY_CODE else None) == area]
            if inside:
                yield f"   “{_(name)}?”"
                yield from (f"      [ ] {clean(one.label)}{': ______' if one.own_words else ''}" for one in inside)
    elif entry.kind == "scale":
        first, last = entry.choices[0].label, entry.choices[-1].label
        ends = [f"{number} means: {clean(end)}." for number, end in ((first, item.lower), (last, item.upper)) if end]
        yield from _wrapped("   “" + " ".join([f"Give a number from {first} to {last}.", *ends]) + "”", "   ")
        yield "   " + "  ".join(f"[ ] {choice.label}" for choice in entry.choices)
    elif entry.choices:
        yield "   Read out, tick every one that fits:" if item.repeats else "   Read out, tick one:"
        for choice in entry.choices:
            alone = "  (then no other one)" if choice.alone else ""
            own = ": ______________________________" if choice.own_words else ""
            yield from _wrapped(f"      [ ] {clean(choice.label)}{own}{alone}", "          ")
    elif entry.kind in ("date", "moment"):
        yield "   Day ____  Month ____  Year ______" + ("  Time ______" if entry.kind == "moment" else "")
    else:
        unit = f" {clean(item.unit.label)}" if item.unit else ""
        yield f"   Answer: ______________________________{unit}"
    limits = " ".join(entry.how) if entry.kind == "number" else ""
    if limits:
        yield from _wrapped(f"   {limits}", "   ")


def _at_once(entry: Entry, words: Words) -> Iterator[str]:
    item, least = entry.item, entry.item.safety
    labels = [clean(one.label) for one in item.options if least is not None and (weight(item, one.value) or 0) > least]
    answers = " or ".join(f"“{label}”" for label in labels) or f"more than {least}"
    yield ""
    yield from _wrapped(f"   !! If the answer is {answers}, do this before the next question:", "      ")
    yield "      - Enter this answer at once, while you are on the phone. It alerts a clinician."
    yield "      - Do what your service does when somebody may be at risk. Do not end the call alone."
    yield "      - Read out:"
    for line in words.urgent:
        yield from _wrapped(f"        “{line}”", "         ")
    yield "      - And to somebody who is deaf, or would rather not speak:"
    for line in words.silent:
        yield from _wrapped(f"        “{line}”", "         ")


def _closing(questionnaire: Questionnaire, words: Words) -> Iterator[str]:
    yield "AT THE END"
    yield ""
    yield from _say(_("That was the last question. Thank you."))
    for line in (*words.urgent, *words.reads[-1:]):
        yield from _say(line)
    yield from _point("To somebody who is deaf, or would rather not speak, read these out too:")
    for line in words.silent:
        yield from _say(line)
    yield from _point("Read the answers back where you were not sure. Then send them in.")
    yield from ["", "WHOSE QUESTIONNAIRE THIS IS", ""]
    title = f"{clean(questionnaire.title)}, version {questionnaire.version}."
    for line in (title, questionnaire.copyright, questionnaire.rights_source):
        if line:
            yield from _wrapped(clean(line))


def _say(text: str) -> list[str]:
    return _wrapped(f"“{clean(text)}”", " ")


def _point(text: str) -> list[str]:
    return _wrapped(f"- {text}", "  ")


def _wrapped(text: str, indent: str = "") -> list[str]:
    """Lines of at most WIDTH characters; nothing is cut, a line break stays one."""
    first, *more = text.split("\n")
    wrapper = textwrap.TextWrapper(
        WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return [line for part in (first, *(indent + one for one in more)) for line in wrapper.wrap(part) or [""]]
