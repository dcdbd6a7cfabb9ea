"""Faults of meaning that make a pathway unusable: two things with one id, references to nothing, a missing outcome."""

from collections.abc import Iterator
from typing import get_args

from painpath.pathway import (
    messages,
    needs,
    patient_pages,
    patient_status,
    referring,
    retention,
    right_time,
    safety,
    shape_checking,
)
from painpath.pathway.findings import unreadable_phrases
from painpath.pathway.model import OutcomeId, Pathway
from painpath.pathway.problems import Fault, FieldPath

_LISTS_WITH_IDS = (
    "localities",
    "contacts",
    "grades",
    "routes",
    "statements",
    "readiness",
    "criteria",
    "outcomes",
    "stages",
    "priorities",
    "targets",
    "questionnaires",
    "signposts",
    "messages",
    "lists",
    "vocabulary",
    "contexts",
    "sections",
    "combinations",
    "programmes",
    "scales",
    "required",
)


_TARGETS = (
    "first-look", "decision-told", "look-again", "reminder", "signpost-asked", "gp-referral", "documents-sent",
    "correction",
)  # fmt: skip
"""Time limits that the record starts clocks by."""


def faults(pathway: Pathway) -> Iterator[Fault]:
    """Every fault that makes the pathway unusable, each at its field."""
    yield from _repeated_ids(pathway)
    yield from _contacts(pathway)
    yield from _references(pathway)
    yield from _missing_outcomes(pathway)
    yield from messages.problems(pathway.messages)
    kinds = {kind for route in pathway.routes for kind in route.referrers}
    yield from referring.problems(pathway.referring, {criterion.id for criterion in pathway.criteria}, kinds)
    yield from patient_status.problems(pathway.patient_status)
    yield from needs.problems(pathway.communication)
    yield from patient_pages.problems(pathway.patient_pages)
    statements = [statement.id for statement in pathway.readiness]
    yield from right_time.problems(pathway.right_time, statements, [criterion.id for criterion in pathway.criteria])
    yield from ers_replies(pathway)
    yield from ers_lists(pathway)
    offered = {form for step in pathway.questionnaires for form in step.forms}
    yield from safety.problems(pathway.safety, pathway.forms, offered)
    yield from retention.problems(pathway.retention)
    yield from shape_checking.faults(pathway)
    yield from unreadable_phrases(pathway)


def _repeated_ids(pathway: Pathway) -> Iterator[Fault]:
    for name in _LISTS_WITH_IDS:
        seen: set[str] = set()
        for index, item in enumerate(getattr(pathway, name)):
            if item.id in seen:
                yield Fault((name, index, "id"), f"`{item.id}` is used twice in `{name}`. Give each its own id.")
            seen.add(item.id)


def _contacts(pathway: Pathway) -> Iterator[Fault]:
    for index, contact in enumerate(pathway.contacts):
        if (contact.locality is None) != contact.everyone:
            yield Fault(
                ("contacts", index),
                "Say who may see this contact: `locality:` with the one locality it is for, or `everyone: true`.",
            )


def _missing_outcomes(pathway: Pathway) -> Iterator[Fault]:
    missing = set(get_args(OutcomeId)) - {outcome.id for outcome in pathway.outcomes}
    for one in sorted(missing):
        yield Fault(("outcomes",), f"The outcome `{one}` has no entry. Every service has all outcomes; add its words.")


def ers_replies(pathway: Pathway) -> Iterator[Fault]:
    """e-RS takes a recommendation with, and only with, a returned request; conversion needs the GP's authority."""
    by_ers = any(route.channel == "ers_advice_and_guidance" for route in pathway.routes)
    by_triage = any(route.channel == "ers_triage" for route in pathway.routes)
    for index, outcome in enumerate(pathway.outcomes):
        if by_ers and (outcome.ers is None) == (outcome.ers_local is None):
            message = (
                f"A route comes through e-RS: say how `{outcome.id}` is replied to there, with `ers`, or why it is "
                "not, with `ers_local`."
            )
            yield Fault(("outcomes", index), message)
        if outcome.ers_triage is not None and outcome.ers_triage_local is not None:
            yield Fault(("outcomes", index, "ers_triage_local"), "Say `ers_triage`, or why there is none: not both.")
        if by_triage and outcome.ers_triage is None and outcome.ers_triage_local is None:
            message = (
                f"A route is triage in e-RS: say how `{outcome.id}` is recorded there, with `ers_triage`, or what to "
                "do by hand, with `ers_triage_local`."
            )
            yield Fault(("outcomes", index), message)
        if outcome.ers_if_may_convert and not outcome.ers:
            yield Fault(
                ("outcomes", index, "ers_if_may_convert"), "Say with `ers` what is replied without the authority."
            )
        for name in ("ers", "ers_if_may_convert"):
            reply = getattr(outcome, name)
            if reply is None:
                continue
            path: FieldPath = ("outcomes", index, name)
            if (reply.outcome == "RETURN_TO_REFERRER_WITH_ADVICE") != bool(reply.recommendations):
                message = "e-RS takes `recommendations` with RETURN_TO_REFERRER_WITH_ADVICE, and with nothing else."
                yield Fault((*path, "recommendations"), message)
            if reply.outcome == "PROVIDER_CONVERTED" and name == "ers":
                message = "Only with the GP's authority is a request converted: move this to `ers_if_may_convert`."
                yield Fault((*path, "outcome"), message)


def _references(pathway: Pathway) -> Iterator[Fault]:
    def unknown(path: FieldPath, name: str, *wanted: str | None) -> Iterator[Fault]:
        known = {item.id for item in getattr(pathway, name)}
        for one in wanted:
            if one is not None and one not in known:
                yield Fault(path, f"`{one}` is not among the {name}: {', '.join(sorted(known))}.")

    for index, contact in enumerate(pathway.contacts):
        yield from unknown(("contacts", index, "locality"), "localities", contact.locality)
    for index, route in enumerate(pathway.routes):
        yield from unknown(("routes", index, "decided_by"), "grades", *route.decided_by)
        yield from unknown(("routes", index, "outcomes"), "outcomes", *route.outcomes)
    for index, statement in enumerate(pathway.readiness):
        yield from unknown(("readiness", index, "criteria"), "criteria", *statement.criteria)
    for index, criterion in enumerate(pathway.criteria):
        yield from unknown(("criteria", index, "mirror_of"), "criteria", criterion.mirror_of)
        for number, pointer in enumerate(criterion.outcomes):
            path = ("criteria", index, "outcomes", number)
            yield from unknown((*path, "outcome"), "outcomes", pointer.outcome)
            yield from unknown((*path, "signpost"), "signposts", pointer.signpost)
    for index, questionnaire in enumerate(pathway.questionnaires):
        yield from unknown(("questionnaires", index, "forms"), "forms", *questionnaire.forms)
    for index, evidence in enumerate(pathway.evidence):
        yield from unknown(("evidence", index, "criterion"), "criteria", evidence.criterion)
    for index, signpost in enumerate(pathway.signposts):
        yield from unknown(("signposts", index, "criteria"), "criteria", *signpost.criteria)
        yield from unknown(("signposts", index, "localities"), "localities", *signpost.localities)
        topics = {topic.id for topic in pathway.patient_pages.topics}
        for one in signpost.topics:
            if one not in topics:
                yield Fault(
                    ("signposts", index, "topics"), f"`{one}` is not among the topics: {', '.join(sorted(topics))}."
                )
    for at, page in enumerate(pathway.patient_pages.pages):
        for number, part in enumerate(page.parts):
            yield from unknown(("patient_pages", "pages", at, "parts", number, "criteria"), "criteria", *part.criteria)
    for one in sorted(set(_TARGETS) - {target.id for target in pathway.targets}):
        yield Fault(("targets",), f"The time limit `{one}` has no entry. Add it, with its days and their source.")


def ers_lists(pathway: Pathway) -> Iterator[Fault]:
    """Triage in e-RS wants to know which services are ours, and a route by which such a referral comes."""
    said = pathway.exchange
    triage, here = "triage" in said.ers_lists, "exchange"
    if said.ers == "api" and not said.ers_lists:
        yield Fault((here, "ers_lists"), "Name at least one list of e-RS: `advice`, `triage`, or both.")
    if triage and not said.ers_triage_services:
        yield Fault((here, "ers_triage_services"), "Give the numbers in e-RS of the assessment services of this team.")
    if triage and not any(route.channel == "ers_triage" for route in pathway.routes):
        yield Fault((here, "ers_lists"), "Add the route by which a referral for triage comes: `channel: ers_triage`.")
    if said.ers_reads == "on" and not triage:
        yield Fault(
            (here, "ers_reads"), "Without a person only the list for triage can be read: add it to `ers_lists`."
        )
