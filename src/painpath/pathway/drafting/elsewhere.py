"""Where a page sends people: signposts, the outcome of a criterion, and where people from elsewhere go."""

from collections.abc import Iterable, Iterator
from typing import Any

from painpath.pathway.drafting.model import Clause, Open
from painpath.pathway.drafting.naming import sentence, slug

_CHECKED = "2026-11-23"
"""The day on which this text was written, like those of the starter texts: nobody has rung since, and it says so."""
_NOBODY_SAID = "The page does not say where people from elsewhere go. Their GP practice knows the service there."


def signpost_of(clause: Clause) -> str | None:
    """The id of the signpost of a clause; None where it names no other service, or says only where one lives."""
    return f"page-{slug(clause.redirect)}" if clause.redirect and clause.kind != "catchment" else None


def signposts(clauses: Iterable[Clause], criteria: Iterable[str]) -> list[dict[str, Any]]:
    """One entry for each service that clauses name, with the criteria that lead there."""
    there, found = set(criteria), dict[str, dict[str, Any]]()
    for clause in clauses:
        named = signpost_of(clause)
        if named is None or clause.redirect is None:
            continue
        one = found.setdefault(named, _signpost(named, clause.redirect))
        if clause.phone:
            one["ways"] = [{"kind": "phone", "value": clause.phone, "plain": f"Phone {clause.phone}."}]
        if clause.id in there:
            one["criteria"] = [*one.get("criteria", []), clause.id]
    return list(found.values())


def _signpost(named: str, name: str) -> dict[str, Any]:
    name = name[:1].upper() + name[1:]
    return {
        "id": named, "kind": "service", "name": name, "plain_kind": "Other service", "plain_reading": "Not known",
        "plain_name": name, "plain": "This service may be able to help you.",
        "ways": [{"kind": "through_gp", "plain": "Your GP can tell you more."}], "topics": ["other-care"],
        "languages": ["Not known: ask the service"], "formats": ["Not known: ask the service"],
        "owner": "Service lead", "last_checked": _CHECKED,
        "checked_against": "The page names it. Nobody has asked the service itself yet.",
    }  # fmt: skip


def catchment(clauses: Iterable[Clause], criteria: Iterable[str]) -> dict[str, Any] | None:
    """For whom the service is there by place. Districts of people who are sent elsewhere are not its own."""
    there, every = set(criteria), list(clauses)
    places = [one for one in every if one.kind == "catchment"]
    own = dict.fromkeys(code for one in every if not one.redirect for code in one.postcodes)
    found: dict[str, Any] = {}
    if words := [one.published for one in places if one.id not in there]:
        found["published"] = words
    if own:
        found["postcodes"] = list(own)
    away = [sentence(one.published) for one in places if one.redirect]
    if away or own:
        found["redirect"] = " ".join(away) or _NOBODY_SAID
    return found or None


def unsettled(clauses: Iterable[Clause]) -> Iterator[Open]:
    """What only the author knows of the places and services that a page names."""
    every = list(clauses)
    for one in every:
        if one.redirect:
            reached = one.phone or "no number"
            note = (
                f"It sends people to \u201c{one.redirect}\u201d ({reached}): say whether this is right, and in plain "
                "words what it does."
            )
            yield Open(why="elsewhere", line=one.lines[0], words=one.published, note=note, clause=one.id)
    own = [one for one in every if one.postcodes and not one.redirect]
    if own and not any(one.kind == "catchment" and one.redirect for one in every):
        note = "It does not say where people from elsewhere go: say it."
        yield Open(why="elsewhere", line=own[0].lines[0], words=own[0].published, note=note)
