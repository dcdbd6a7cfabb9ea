"""The pages of blind second screening, and of agreement between two clinicians."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.referrals import pathways
from painpath.referrals.arriving.other_sources import other_sources
from painpath.referrals.looking import run_seen_blind, seen_blind
from painpath.referrals.models import Alert, ClauseState, Evidence, Referral, SecondScreening
from painpath.referrals.models.sheet import STATES
from painpath.referrals.together.agreement import FEW, Agreement, agreement
from painpath.referrals.together.comparing import LATEST as COUNTED
from painpath.referrals.together.comparing import Compared, all_compared, own_compared
from painpath.referrals.together.second import can_second, waiting, who_has_seen
from painpath.referrals.unsettled import is_being_read
from painpath.triage.forms import ActOnAlert
from painpath.triage.presenters.letter import mark
from painpath.triage.presenters.needs import banner
from painpath.triage.presenters.sheet import sheet
from painpath.triage.presenters.words import day, moment, plural
from painpath.web.clauses import ALERTS, CERTAINTY, labels_of

LATEST = 50
"""Of what two have talked about so many are listed: the list grows for ever, and nobody waits for it."""


@dataclass(frozen=True)
class Waiting:
    """A referral that waits for its second screening. Nothing of its state is told."""

    reference: str
    route: str
    drawn: str
    who: str
    who_id: int | None
    mine: bool


def second_list(by: Membership) -> dict[str, Any]:
    """What `by` can screen blind, what they have begun, and what they have to talk about."""
    seconds = list(waiting(by))
    seen = who_has_seen(by, [second.referral_id for second in seconds])
    shown = [one for one in seconds if one.by_id == by.pk or can_second(one, by=by, seen=seen)]
    mine = own_compared(by)
    talked = [one for one in reversed(mine) if not one.differs or one.second.resolved_at is not None]
    return {
        "waiting": [_waiting(second, by) for second in shown],
        "others": len(seconds) - len(shown),
        "to_talk": [_to_talk(one, by) for one in mine if one.differs and one.second.resolved_at is None],
        "talked": [_to_talk(one, by) for one in talked[:LATEST]],
        "latest": LATEST if len(talked) > LATEST else 0,
    }


def _waiting(second: SecondScreening, by: Membership) -> Waiting:
    routes = {route.id: route.name for route in pathways.of(second.referral.pathway_version).routes}
    mine = second.by_id == by.pk
    return Waiting(
        second.referral.reference, routes.get(second.referral.route, ""), day(second.drawn_at),
        "You" if mine else second.by.name if second.by else "", second.by_id, mine,
    )  # fmt: skip


def _to_talk(compared: Compared, by: Membership) -> dict[str, str]:
    reference = compared.second.referral.reference
    count = sum(one != two for one, two in compared.both.values())
    differs = [plural(count, "criterion", "criteria")] if count else []
    differs += ["what you would decide"] if compared.decision.outcome != compared.second.outcome else []
    return {
        "reference": reference,
        "href": reverse("triage:second", args=[reference]),
        "other": _other(compared, by).name,
        "differs": " and ".join(differs),
    }


def _other(compared: Compared, by: Membership) -> Membership:
    first, second = compared.decision.by, compared.second.by
    return first if second is None or second.pk == by.pk else second


def blind_page(second: SecondScreening) -> dict[str, Any]:
    """The letter with the reader's evidence and the published criteria, and nothing that any person made of them."""
    referral = second.referral
    pathway = pathways.of(referral.pathway_version)
    names = {criterion.id: criterion.name for criterion in pathway.criteria}
    documents = list(seen_blind(second).defer("content").prefetch_related("transcripts").order_by("id"))
    run = run_seen_blind(second)
    evidence = list(Evidence.objects.filter(clause__run=run).select_related("clause")) if run else []
    evidence = [one for one in evidence if one.transcript_id in {t.pk for d in documents for t in d.transcripts.all()}]
    current = Alert.objects.filter(referral=referral, transcript__document__in=documents)
    alerts = list(current.select_related("action"))
    marked = mark(documents, evidence, alerts, names)
    clauses = list(ClauseState.objects.filter(run=run))
    groups = sheet(pathway, clauses, evidence, marked.evidence, [], other_sources(referral), run.pk) if run else ()
    return {
        "second": second,
        "reference": referral.reference,
        "who": referral.patient.name if referral.patient else "",
        "facts": _facts(referral, pathway),
        "needs": banner(referral, second.by) if second.by else None,
        "pathway": pathway,
        "documents": marked.documents,
        "groups": groups,
        "run": run.pk if run else "",
        "being_read": is_being_read(referral) and not referral.decisions.exists(),
        "unread": [(document, problem) for document in marked.documents for problem in document.unread],
        "alerts": [
            {
                "id": alert.pk, "title": ALERTS[alert.kind], "certainty": CERTAINTY[alert.certainty],
                "quote": alert.quote, "words": marked.alerts[alert.pk].anchor, "open": not hasattr(alert, "action"),
            }
            for alert in alerts
        ],
        "alert_forms": {alert.pk: ActOnAlert(prefix=f"alert-{alert.pk}") for alert in alerts},
    }  # fmt: skip


def _facts(referral: Referral, pathway: Pathway) -> list[tuple[str, str]]:
    patient = referral.patient
    age = patient.age_on(clock.today()) if patient else None
    routes = {route.id: route.name for route in pathway.routes}
    localities = {item.id: item.name for item in pathway.localities}
    found = (
        ("Age", f"{age} years" if age is not None else ""),
        ("Route", routes.get(referral.route, "")),
        ("Exceptional circumstances", referral.circumstances),
        ("Locality", localities.get(referral.locality, "Not known")),
        ("Received", day(referral.received_at)),
    )
    return [(label, value) for label, value in found if value]


def comparison(compared: Compared, by: Membership) -> dict[str, Any]:
    """Where two clinicians differ, criterion by criterion, with the published words."""
    referral = compared.second.referral
    pathway = pathways.of(referral.pathway_version)
    labels: dict[str, str] = {outcome.id: outcome.label for outcome in pathway.outcomes}
    rows, same, alone = [], 0, []
    for criterion in pathway.criteria:
        words = labels_of(criterion, pathway)
        pair = compared.both.get(criterion.id)
        if pair is None:
            alone.append(
                (criterion.name, words[compared.blind[criterion.id]] if criterion.id in compared.blind else "")
            )
        elif pair[0] == pair[1]:
            same += 1
        else:
            rows.append((criterion.name, words[pair[0]], words[pair[1]], tuple(criterion.published)))
    second = compared.second
    return {
        "reference": referral.reference,
        "first": compared.decision.by.name,
        "second_name": second.by.name if second.by else "",
        "other": _other(compared, by).name,
        "same_run": compared.same_run,
        "rows": rows,
        "same": plural(same, "criterion", "criteria"),
        "alone": alone,
        "outcomes": (labels[compared.decision.outcome], labels[second.outcome]),
        "outcome_differs": compared.decision.outcome != second.outcome,
        "note": second.note,
        "differs": compared.differs,
        "resolution": second.resolution,
        "resolved": f"{second.resolved_by.name}, {moment(second.resolved_at)}"
        if second.resolved_by and second.resolved_at else "",
    }  # fmt: skip


@dataclass(frozen=True)
class Row:
    """How far two clinicians agree on one thing, with the counts that it is reckoned from."""

    id: str
    name: str
    n: int
    observed: str
    expected: str
    kappa: str
    note: str
    heads: tuple[str, ...]
    table: tuple[tuple[str, tuple[int, ...]], ...]
    totals: tuple[int, ...]
    sum: str


def agreement_page(by: Membership) -> dict[str, Any]:
    """Agreement on the outcome and on every published criterion. The number of queries does not grow."""
    pathway, _ = pathways.in_force(by.service)
    pairs = [one for one in all_compared(by) if one.same_run]
    outcomes: dict[str, str] = {outcome.id: outcome.label for outcome in pathway.outcomes}
    known = [
        (one.decision.outcome, one.second.outcome)
        for one in pairs
        if one.decision.outcome in outcomes and one.second.outcome in outcomes
    ]
    used = [name for name in outcomes if any(name in pair for pair in known)]
    rows = []
    for criterion in pathway.criteria:
        words = labels_of(criterion, pathway)
        both = [one.both[criterion.id] for one in pairs if criterion.id in one.both]
        rows.append(_row(criterion.id, criterion.name, agreement(both, STATES), words))
    return {
        "overall": _row("outcome", "Outcome", agreement(known, used), outcomes),
        "rows": [row for row in rows if row.n],
        "none": [row.name for row in rows if not row.n],
        "pairs": len(pairs),
        "few": FEW,
        "counted": COUNTED,
    }


def _row(name: str, title: str, found: Agreement, words: dict[str, str]) -> Row:
    if found.n and found.kappa is None:
        note = "Undefined: both always gave the same one answer, so chance alone would give full agreement."
    elif found.n and found.is_few:
        note = f"Fewer than {FEW} pairs: this says little."
    else:
        note = ""
    shares = found.observed is not None and found.expected is not None
    sums = " + ".join(
        f"{row} × {column}" for row, column in zip(found.rows, found.columns, strict=True) if row * column
    )
    return Row(
        id=name, name=title, n=found.n,
        observed=f"{float(found.observed):.2f}" if found.observed is not None else "",
        expected=f"{float(found.expected):.2f}" if found.expected is not None else "",
        kappa=f"{float(found.kappa):.2f}" if found.kappa is not None else "Undefined" if found.n else "",
        note=note,
        heads=tuple(words[category] for category in found.categories),
        table=tuple((words[c], row) for c, row in zip(found.categories, found.table, strict=True)),
        totals=found.columns,
        sum=(
            f"Observed: {found.agreed} of {found.n} the same, {float(found.observed or 0):.3f}. "
            f"By chance: ({sums or '0'}) ÷ {found.n}² = {float(found.expected or 0):.3f}. "
            + (
                f"Kappa: ({float(found.observed or 0):.3f} − {float(found.expected or 0):.3f}) ÷ "
                f"(1 − {float(found.expected or 0):.3f}) = {float(found.kappa):.2f}."
                if found.kappa is not None else "1 − 1 cannot divide anything, so kappa is undefined."
            )
        ) if shares else "",
    )  # fmt: skip
