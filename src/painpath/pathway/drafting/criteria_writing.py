"""One clause as a criterion of a pathway, with its evidence: what its words say, and honest blanks for the rest."""

import re
from typing import Any, Literal

from painpath.pathway.drafting import elsewhere, patient_words
from painpath.pathway.drafting.answers import Answers, ClauseAnswer
from painpath.pathway.drafting.model import Binding, Clause, Measure, Proposal
from painpath.pathway.drafting.naming import sentence

Group = Literal["inclusion", "exclusion", "readiness", "red_flag"]

_SHUT_OUT = frozenset({"exclusion", "red_flag"})
_SAYS_NOTHING = {
    "possible": re.compile(r"suspect|possib|probab|potential|risk|uncertain", re.IGNORECASE),
    "past": re.compile(r"histor|previous|past|ever\b|before|have had|last", re.IGNORECASE),
}
"""What is only possible, or past, says nothing of the patient now; unless the clause asks for just that."""
_SHORT = 60
_LONGEST_PHRASE = 8
"""Words. A longer sentence is never written in a letter as it stands on a page."""


def group_of(clause: Clause, answer: ClauseAnswer) -> Group:
    """The group of the criterion that a clause becomes."""
    kind = answer.kind or clause.kind
    return "inclusion" if kind == "priority" else kind  # type: ignore[return-value]


def criterion(clause: Clause, proposal: Proposal, answers: Answers) -> dict[str, Any]:
    """The criterion as it stands in a YAML file."""
    answer = answers.clauses.get(clause.id, ClauseAnswer())
    group = group_of(clause, answer)
    by_patient = proposal.audience == "patient"
    numbers = [_threshold(one, clause, answer, proposal) for one in kept(clause)]
    age_alone = bool(numbers) and all(one["of"] == "age" for one in numbers) and not clause.exception
    fields: dict[str, Any] = {
        "id": clause.id,
        "group": group,
        "name": _name(clause),
        "published": [*([clause.lead] if clause.lead else []), clause.published, *clause.also],
        "kind": "computed" if age_alone else "judgement" if clause.exception or clause.only_if else "statement",
        "answered_by": ["date_of_birth", "referrer"]
        if age_alone
        else ["patient", "referrer"]
        if by_patient
        else ["referrer"],
    }
    if clause.exception:
        fields["case_by_case"] = True
        fields["exception"] = sentence(clause.exception)
        fields["exception_published"] = clause.exception
        fields["exception_shown_by"] = "The referral says that this applies: " + clause.exception.rstrip(".") + "."
    fields["question"] = f"Please say what bears on this point of our page: “{_short(clause.words, 160)}”"
    fields["example"] = f"On “{_short(clause.words, 80)}”: the author gives an example."
    fields |= patient_words.proposed(clause, shuts_out=group in _SHUT_OUT) | _plain_numbers(clause, group)
    fields["ask"] = [{"of": "referrer", "words": f"Please tell us what bears on this: “{_short(clause.words, 160)}”"}]
    fields["outcomes"] = _outcomes(clause, group)
    notes = [*([f"On the page under “{clause.heading}”."] if clause.heading else [])]
    notes += [f"The page adds: “{one}”." for one in clause.asides]
    fields["notes"] = notes
    fields["thresholds"] = numbers
    for name, usual in (("strength", "must"), ("tier", "full"), ("urgency", "routine"), ("only_if", None)):
        if (value := getattr(clause, name)) != usual:
            fields[name] = value
    if clause.only_if_findings:
        fields["only_if_shown_by"] = list(clause.only_if_findings)
    if by_patient:
        fields["audience"] = ["patient"]
    if clause.programme:
        fields["programmes"] = [clause.programme]
    fields |= answer.fields
    return {name: value for name, value in fields.items() if value not in (None, [], ())}


def evidence(clause: Clause, answers: Answers) -> dict[str, Any] | None:
    """The rules of a clause; None where its numbers are the evidence."""
    answer = answers.clauses.get(clause.id, ClauseAnswer())
    shuts_out = group_of(clause, answer) in _SHUT_OUT
    bound = list(clause.findings if answer.findings is None else answer.findings)
    if own_phrases(clause, answers):
        bound.append(Binding(group=own_group(clause)))
    rules: list[dict[str, Any]] = []
    why = _short(_name(clause), 50)
    unless = [tag for tag, words in _SAYS_NOTHING.items() if not words.search(clause.published)]
    for one in bound:
        there = "against" if shuts_out != one.absent else "for"
        gone = "for" if there == "against" else "against"
        rules.append({"when": [one.group], "unless": unless, "speaks": there, "why": why})
        rules.append(
            {"when": [one.group], "tags": ["absent"], "quiet": True, "speaks": gone, "why": f"{why}: ruled out"}
        )
    shown = clause.exception_findings if answer.exception_findings is None else answer.exception_findings
    if rules or kept(clause):
        rules += [
            {"when": [one], "exception": True, "quiet": True, "speaks": "for", "why": "an exception may apply"}
            for one in shown
        ]
    return {"criterion": clause.id, "rules": rules} if rules else None


def words_are_general(clause: Clause, answer: ClauseAnswer) -> bool:
    """Whether patients would read nothing of the criterion's own: an author has to write it."""
    group = group_of(clause, answer)
    told = {*patient_words.GENERAL} & {*answer.fields} or _plain_numbers(clause, group)
    return not told and patient_words.are_general(clause, shuts_out=group in _SHUT_OUT)


def own_phrases(clause: Clause, answers: Answers) -> list[str]:
    """Words of a clause that become a group of the service's own: what the author gave, else its own where nothing in
    the vocabulary was found."""
    answer = answers.clauses.get(clause.id, ClauseAnswer())
    if any(one.of == "since" for one in clause.thresholds):
        return []  # they name what the time is counted from
    if answer.phrases:
        return list(answer.phrases)
    bound = clause.findings if answer.findings is None else answer.findings
    if bound or kept(clause):
        return []
    words = _literal(clause)
    return [words] if words else []


def own_group(clause: Clause) -> str:
    """The id of the group of a clause's own words."""
    return f"words-of-{clause.id}"


def kept(clause: Clause) -> list[Measure]:
    """Its numbers; of two for one thing the first, until somebody has settled which counts."""
    found: dict[tuple[object, ...], Measure] = {}
    for one in clause.thresholds:
        found.setdefault((one.of, one.scale, one.for_group), one)
    return list(found.values())


def group_key(words: str) -> str:
    """The id of a group that is named by words: "South Asian"."""
    return "group-" + "-".join(re.findall(r"[a-z0-9]+", words.lower()))


def events(clause: Clause, answer: ClauseAnswer) -> list[str]:
    """The groups of the vocabulary that name what a time of this clause is counted from; empty where there are none."""
    return list(answer.since) or [one for one in clause.names if one.startswith("event-") and not answer.phrases]


def heritage(clause: Clause) -> list[str]:
    """The groups of the vocabulary that say that somebody is of the people for whom other numbers hold."""
    return [one for one in clause.names if not one.startswith(("event-", "scale-"))]


def event_group(clause: Clause) -> str:
    """The id of the group that names what a time of this clause is counted from."""
    return f"event-of-{clause.id}"


def event_phrases(clause: Clause, answers: Answers) -> list[str]:
    """The words for what happened: what the author gave, else the clause's own without the time."""
    if given := answers.clauses.get(clause.id, ClauseAnswer()).phrases:
        return list(given)
    words = clause.published
    for one in clause.thresholds:
        words = words.replace(one.words, " ")
    phrase = plain_phrase(words, _LONGEST_PHRASE)
    return [phrase] if phrase else []


def plain_phrase(words: str, most: int) -> str:
    """Words as a phrase of the vocabulary: nothing in it means anything but itself."""
    return " ".join(re.findall(r"[A-Za-z0-9]+(?:['’-][A-Za-z0-9]+)*", re.sub(r"\([^()]*\)", " ", words))[:most]).lower()


def _literal(clause: Clause) -> str:
    words = clause.published
    if clause.exception:
        words = words.replace(clause.exception, " ")
    return plain_phrase(words, _LONGEST_PHRASE)


def _threshold(one: Measure, clause: Clause, answer: ClauseAnswer, proposal: Proposal) -> dict[str, Any]:
    found: dict[str, Any] = {"of": one.of}
    if one.scale:
        found["scale"] = one.scale
    if one.of == "since":
        found["event"] = events(clause, answer) or [event_group(clause)]
    for name in ("low", "high"):
        value = getattr(one, name)
        if value is not None:
            found[name] = int(value) if value == int(value) else value
    for name in ("low_included", "high_included"):
        if not getattr(one, name):
            found[name] = False
    found["unit"] = one.unit
    if one.for_group:
        found |= {"for_group": one.for_group, "for_group_shown_by": heritage(clause) or [group_key(one.for_group)]}
    return found


def _plain_numbers(clause: Clause, group: Group) -> dict[str, str]:
    """Plain words where a number says everything: an age."""
    numbers = kept(clause)
    if len(numbers) != 1 or numbers[0].of != "age":
        return {}
    one = numbers[0]
    low, high = (f"{value:g}" if value is not None else "" for value in (one.low, one.high))
    if low and not high:
        asked = f"{low} or over" if one.low_included else f"over {low}"
    elif high and not low:
        asked = f"{high} or under" if one.high_included else f"under {high}"
    else:
        asked = f"between {low} and {high}"
    if group == "exclusion":
        return {
            "plain": f"Our service is not for people who are {asked}.",
            "plain_for": f"You are not {asked}.",
            "plain_against": f"You are {asked}. Another service can help you better.",
        }
    return {
        "plain": f"Our service is for people who are {asked}.",
        "plain_for": f"You are {asked}.",
        "plain_against": f"Our service is for people who are {asked}. Another service can help you better.",
    }


def _outcomes(clause: Clause, group: Group) -> list[dict[str, str]]:
    if named := elsewhere.signpost_of(clause):
        return [{"outcome": "redirect", "signpost": named, "why": f"The page names it: {clause.redirect}."}]
    if group == "red_flag":
        return [{"outcome": "redirect", "why": "A red flag is looked at elsewhere first: the author says where."}]
    if clause.thresholds and clause.thresholds[0].of == "age" and group == "exclusion":
        return [
            {"outcome": "redirect", "why": "Another service is there for people of this age: the author says which."}
        ]
    if group == "exclusion":
        return [{"outcome": "advise", "why": "Until the author says what else helps: advice to the referrer."}]
    return []


def _name(clause: Clause) -> str:
    words = re.sub(r"\s*\([^()]*\)", "", re.sub(r"\s*[|\t]\s*", ": ", clause.published)).strip(" .;,:")
    words = words or clause.published
    return _short(words[:1].upper() + words[1:], _SHORT)


def _short(words: str, most: int) -> str:
    if len(words) <= most:
        return words
    return words[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:(") + "…"
