"""Another service from its page: what was proposed beside the page's words, and what a person has still to confirm."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.managers.presenters.days import day
from painpath.managers.starting_forms import Settle
from painpath.pathway.drafting import Clause, Open
from painpath.pathway.drafting.answers import Answers, ClauseAnswer
from painpath.pathway.drafting.criteria_writing import criterion
from painpath.pathway.drafting.model import CRITERIA
from painpath.pathway.drafting.telling import details
from painpath.pathway.drafting.writing import key_of
from painpath.referrals.models import PathwayDraft
from painpath.referrals.publishing.starting import Begun

KINDS = {
    "inclusion": "asked for", "exclusion": "speaks against", "readiness": "about the right time",
    "red_flag": "red flag", "priority": "decides the class", "required": "information to send",
    "referrer": "who may refer", "catchment": "where people live", "consent": "consent",
    "incomplete": "what becomes of an incomplete referral", "urgency": "urgent referrals",
    "statement": "what the service can or cannot do", "signpost": "where others go",
}  # fmt: skip
_BUTTON = {False: "I have read this clause: confirm", True: "I have read these {count} clauses: confirm"}
_NEEDS_NO_WORD = frozenset({"required", "consent", "catchment"})


def confirmed(by: Membership) -> str:
    """`Confirmed by Dr A Lead, 1 December 2026.`"""
    return f"Confirmed by {by.name}, {day(clock.today())}."


def answer_of(answers: Answers, clause: Clause) -> ClauseAnswer:
    """What the author said of a clause so far."""
    return answers.clauses.get(clause.id, ClauseAnswer())


def open_of(begun: Begun, clause: Clause) -> list[Open]:
    """What is open about one clause."""
    return [one for one in begun.proposal.unsettled if one.clause == clause.id]


def to_confirm(begun: Begun) -> list[Clause]:
    """The clauses that wait for a person's word, whether they have it yet or not."""
    return [one for one in begun.proposal.clauses if one.kind not in _NEEDS_NO_WORD]


def alone(begun: Begun, clause: Clause) -> bool:
    """Whether a clause is confirmed by itself and never with others.

    It has an exception or a condition, something about it is open, or it is no criterion.
    """
    contradicts = any(one.other == clause.id for one in begun.proposal.unsettled)
    special = clause.exception or clause.only_if or clause.kind not in CRITERIA
    return bool(special or contradicts or open_of(begun, clause))


def sections(begun: Begun) -> list[tuple[str, list[Clause]]]:
    """The simple clauses by the heading that they stand under, in the order of the page."""
    found: dict[str, list[Clause]] = {}
    for clause in to_confirm(begun):
        if not alone(begun, clause):
            found.setdefault(clause.heading or "Without a heading", []).append(clause)
    return list(found.items())


def page_points(begun: Begun) -> list[Open]:
    """What is open about the page, or about a clause that needs no word of its own."""
    known = {clause.id for clause in to_confirm(begun)}
    return [one for one in begun.proposal.unsettled if one.clause not in known]


def progress(begun: Begun) -> tuple[int, int]:
    """So many of so many points have a person's word."""
    said = begun.answers
    clauses = [bool(answer_of(said, one).settled or answer_of(said, one).leave_out) for one in to_confirm(begun)]
    points = [key_of(one) in said.settled for one in page_points(begun)]
    every = [*clauses, *points, bool(said.texts_confirmed)]
    return sum(every), len(every)


def review(draft: PathwayDraft, begun: Begun, may: bool, sent: Mapping[str, Settle] = {}) -> dict[str, Any]:
    """The page on which everything is confirmed; with a form that was sent and refused, in its place."""
    done, every = progress(begun)
    singles = [one for one in to_confirm(begun) if alone(begun, one)]
    required = [one for one in begun.proposal.clauses if one.kind in _NEEDS_NO_WORD]
    return {
        "key": draft.key, "revision": draft.revision, "service": begun.answers.service, "may": may and begun.as_written,
        "heading_of": "", "as_written": begun.as_written, "done": done, "every": every,
        "draft_href": reverse("managers:draft", args=[draft.key]),
        "singles": [_clause(draft, begun, one) for one in singles],
        "sections": [
            {
                "number": number, "heading": heading, "clauses": [_clause(draft, begun, one) for one in clauses],
                "done": all(_said(begun, one) for one in clauses),
                "button": _BUTTON[len(clauses) > 1].format(count=len(clauses)),
            }
            for number, (heading, clauses) in enumerate(sections(begun))
        ],
        "points": [
            {
                "key": key_of(one), "words": one.words, "note": one.note, "line": one.line,
                "settled": begun.answers.settled.get(key_of(one), ""),
                "form": sent.get(key_of(one)) or Settle(key=key_of(one), line=one.line),
            }
            for one in page_points(begun)
        ],
        "tied": [
            {"line": one.line, "words": one.words, "how": one.how.capitalize(), "count": len(one.leaves())}
            for one in begun.proposal.combinations
        ],
        "parts": [one.published for one in (*begun.proposal.programmes, *begun.proposal.priorities)],
        "required": [one.published for one in required],
        "texts": begun.answers.texts_confirmed or "", "forms": list(sent.values()),
    }  # fmt: skip


def _said(begun: Begun, clause: Clause) -> str:
    answer = answer_of(begun.answers, clause)
    return "Left out." if answer.leave_out else answer.settled or ""


def _clause(draft: PathwayDraft, begun: Begun, clause: Clause) -> dict[str, Any]:
    answer = answer_of(begun.answers, clause)
    points = open_of(begun, clause)
    return {
        "id": clause.id, "line": clause.lines[0], "lead": clause.lead or "", "words": clause.published,
        "also": clause.also, "kind": KINDS[answer.kind or clause.kind], "details": list(details(clause)),
        "open": [one.note for one in points], "done": _said(begun, clause),
        "href": reverse("managers:new-service-clause", args=[draft.key, clause.id]),
        "one_press": not points,
    }  # fmt: skip


def clause_page(draft: PathwayDraft, begun: Begun, clause: Clause) -> dict[str, Any]:
    """The page of one clause."""
    return {
        "clause": _clause(draft, begun, clause), "page_rows": _around(begun, clause),
        "draft_href": reverse("managers:new-service-review", args=[draft.key]), "heading_of": begun.answers.service,
    }  # fmt: skip


def _around(begun: Begun, clause: Clause) -> list[dict[str, Any]]:
    """The lines of the page around a clause, its own marked."""
    rows = begun.proposal.page.split("\n")
    first, last = clause.lines[0], clause.lines[-1]
    return [
        {"number": number, "words": rows[number - 1], "own": number in clause.lines}
        for number in range(max(1, first - 4), min(len(rows), last + 4) + 1)
        if rows[number - 1].strip()
    ]


def groups(begun: Begun, clause: Clause) -> list[tuple[str, str]]:
    """The findings to choose from: those of its own words, then those near to them."""
    found = [(f"-{one.group}" if one.absent else one.group, one.group, one.absent) for one in clause.findings]
    found += [(one, one, False) for one in clause.candidates]
    return [
        (value, f"{name.replace('-', ' ')}{' (ruled out in these words)' if absent else ''}")
        for value, name, absent in found
    ]


def initial(draft: PathwayDraft, begun: Begun, clause: Clause) -> dict[str, Any]:
    """What the form of a clause begins with."""
    answer = answer_of(begun.answers, clause)
    now = criterion(clause, begun.proposal, begun.answers)
    bound = clause.findings if answer.findings is None else answer.findings
    return {
        "kind": answer.kind or clause.kind, "question": now["question"],
        "findings": [f"-{one.group}" if one.absent else one.group for one in bound],
        "phrases": "\n".join(answer.phrases), "shown_by": now.get("exception_shown_by", ""),
        "plain": now["plain"], "plain_for": now["plain_for"], "plain_against": now["plain_against"],
        "plain_change": now["plain_change"], "settled": answer.settled or "", "leave_out": answer.leave_out,
        "revision": draft.revision,
    }  # fmt: skip
