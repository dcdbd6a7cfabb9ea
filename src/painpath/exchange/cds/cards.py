"""The card: what a draft referral says about the published criteria, for whoever is about to send it.

Dangers come first, with what to do. There is no verdict, no sum and no score in it. The rules of its shape are those of
CDS Hooks 2.0.1, "Card Attributes".
"""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from painpath.exchange.cds.orders import Call
from painpath.pathway import Pathway
from painpath.reading import printed
from painpath.referrers.presenters.check import Checked, Clause

LONGEST_SUMMARY = 139
"""The standard has "less than 140 characters"."""
OVERRIDES = "urn:painpath:cds-hooks:override-reason"
SHOWN = ("against", "judgement", "not_stated")
"""The groups of the check that a card shows. What speaks for the referral needs nobody's attention."""


@dataclass(frozen=True)
class Addresses:
    """Pages of ours that a card leads to, whole."""

    check: str
    criteria: str


def shown(pathway: Pathway, checked: Checked) -> dict[str, tuple[Clause, ...]]:
    """The criteria of a card, by group: of those that are not stated, what a referrer can settle."""
    asked = {one.id for one in pathway.criteria if one.is_asked_of_referrers}
    groups = {group.id: group.clauses for group in checked.groups}
    return {name: tuple(one for one in groups[name] if name != "not_stated" or one.id in asked) for name in SHOWN}


def criteria(pathway: Pathway, checked: Checked) -> list[str]:
    """The ids of the criteria that a card names."""
    return [one.id for group in shown(pathway, checked).values() for one in group]


def card(pathway: Pathway, checked: Checked, call: Call, *, number: uuid.UUID, to: Addresses) -> dict[str, Any] | None:
    """The card of this number; None when there is nothing to say."""
    groups = shown(pathway, checked)
    if not checked.dangers and not any(groups.values()):
        return None
    made: dict[str, Any] = {
        "uuid": str(number),
        "summary": summary(checked, groups),
        "indicator": "warning" if checked.dangers else "info",  # never `critical`: some clients stop people at it
        "detail": "\n".join(_detail(pathway, checked, groups, call)),
        "source": {
            "label": f"{pathway.source.page}, {pathway.source.publisher}, {pathway.source.published}",
            "url": to.criteria,
        },
        "links": [{"label": "Check before you send", "url": to.check, "type": "absolute"}],
    }
    if reasons := pathway.exchange.cards.overrides:
        made["overrideReasons"] = [{"code": one.id, "system": OVERRIDES, "display": one.words} for one in reasons]
    if suggestion := _suggestion(pathway, groups["not_stated"], call, number):
        made |= {"suggestions": [suggestion], "selectionBehavior": "any"}
    return made


def summary(checked: Checked, groups: Mapping[str, tuple[Clause, ...]]) -> str:
    """One line: a danger before everything else."""
    if checked.dangers:
        names = ", ".join(dict.fromkeys(one.name.lower() for one in checked.dangers))
        return f"This may not be able to wait: {names}. See what to do now."[:LONGEST_SUMMARY]
    counts = {
        "may speak against": len(groups["against"]), "for judgement": len(groups["judgement"]),
        "not stated": len(groups["not_stated"]),
    }  # fmt: skip
    said = ", ".join(f"{count} {words}" for words, count in counts.items() if count)
    return f"Before you send, of the published criteria: {said}. You can send it as it is."[:LONGEST_SUMMARY]


def _detail(pathway: Pathway, checked: Checked, groups: Mapping[str, tuple[Clause, ...]], call: Call) -> Iterator[str]:
    """GitHub-flavoured Markdown."""
    emergency = pathway.referring.changes
    if checked.dangers:
        yield "### This may not be able to wait\n"
        for danger in checked.dangers:
            yield f"- **{danger.name}** ({danger.certainty}): “{plain(danger.quote)}”"
        yield f"\n**{plain(emergency.emergency_heading)}.**\n"
        yield from (f"- {plain(line)}" for line in emergency.emergency)
        yield ""
    for name, heading, help_ in (
        ("against", "Words that may speak against", "If they do not say what you mean, change them."),
        ("judgement", "For a clinician's judgement", "The words go both ways, or an exception may apply."),
        ("not_stated", "Not stated", "Silence is never a reason to refuse. Add what you can; send it as it is if not."),
    ):
        if groups[name]:
            yield f"### {heading}\n\n{help_}\n"
            for one in groups[name]:
                yield from _clause(pathway, one)
            yield ""
    if call.unread:
        yield "### Not read\n"
        yield from (f"- {plain(line)}" for line in call.unread)
        yield ""
    yield (
        "A program has read the words of this order; it can be wrong. A clinician decides about every referral. "
        f"Published words: {plain(pathway.source.page)}, {plain(pathway.source.publisher)}, "
        f"{plain(pathway.source.published)}."
    )


def _clause(pathway: Pathway, one: Clause) -> Iterator[str]:
    yield f"- **{plain(one.name)}**"
    quotes = dict.fromkeys(
        f"“{plain(words.quote)}” ({words.speaks_label}{f': {plain(words.why)}' if words.why else ''})"
        for words in one.evidence
    )
    if quotes:
        yield f"  - Found: {'; '.join(quotes)}"
    if one.state == "not_stated":
        yield f"  - {plain(pathway.criterion(one.id).question)}"
    if one.exception:
        shows = f" What would show it: {plain(one.exception.shown_by)}" if one.exception.shown_by else ""
        yield f"  - An exception may apply: {plain(one.exception.words)}{shows}"
    yield f"  - Published: {' '.join(f'“{plain(words)}”' for words in one.published)}"


def _suggestion(pathway: Pathway, missing: tuple[Clause, ...], call: Call, number: uuid.UUID) -> dict[str, Any] | None:
    """The open questions as a note of the order, for its writer to answer under; None where they stand there already.

    They are printed as our forms print them, so that the next call takes the questions for nobody's answer.
    """
    order = call.orders[0]
    notes = order.get("note") or []
    if not isinstance(order.get("id"), str) or not order["id"] or not isinstance(notes, list):
        return None
    there = " ".join(call.text.split())
    places = {criterion.id: place for place, criterion in enumerate(pathway.criteria, 1)}
    lines = [printed.question(places[one.id], pathway.criterion(one.id).question) for one in missing]
    lines = [line for line in lines if " ".join(line.split()) not in there]
    if not lines:
        return None
    count = f"{len(lines)} open question{'' if len(lines) == 1 else 's'}"
    return {
        "label": f"Add {count} to the note of this order",
        "uuid": str(uuid.uuid5(number, "questions")),
        "actions": [
            {
                "type": "update",
                "description": f"Adds {count} to the note. Write under those you can answer. Nothing is sent by this.",
                "resource": {**order, "note": [*notes, {"text": "\n\n".join(lines)}]},
            }
        ],
    }


_MARKED = re.compile(r"([\\`*_\[\]<>|~&])")


def plain(words: str) -> str:
    """Words as they are, in one line, in which nothing is taken for Markdown or HTML."""
    return _MARKED.sub(r"\\\1", " ".join(words.split()))
