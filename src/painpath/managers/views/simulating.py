"""A draft is tried on past referrals: which ones, how far it is, what would change. It decides nothing."""

from collections.abc import Set
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.managers.presenters import simulated_alerts as alerts
from painpath.managers.presenters import simulating as present
from painpath.managers.simulating_forms import Period
from painpath.managers.views.drafts import draft_at, member
from painpath.referrals.models import Simulation, SimulationChange, SimulationQuote
from painpath.referrals.publishing import simulating as verbs
from painpath.referrals.publishing.tally import Move, Tally, of_alert
from painpath.referrals.refusal import Refused
from painpath.referrals.restricting import closed_to
from painpath.referrals.together.second import blind_to
from painpath.web.forms import render_form
from painpath.web.numbers import whole_number

ROWS = 20
"""Referrals on a page of the list."""
ALERTS = 50
"""Alerts on a page of theirs."""
EVERY, TURNS = 10, 60
"""Seconds after which a page of a simulation that runs comes anew, and how often by itself: ten minutes, so that a
screen that was left on does not keep somebody signed in."""
EARLIER = 10
LOOKED_BACK = timedelta(days=90)
"""The period that the form proposes."""


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, key: UUID) -> HttpResponse:
    """Which referrals a draft is tried on; and what was tried before."""
    by = member(request)
    draft = draft_at(request, key)
    today = clock.today()
    form = Period(request.POST) if request.method == "POST" else Period(
        initial={"since": today - LOOKED_BACK, "until": today}
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            run = verbs.start(what=draft, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return redirect("managers:simulation", key=run.key)
    runs = Simulation.objects.filter(draft=draft).defer("after_content", "results").order_by("-started_at")[:EARLIER]
    return render_form(
        request, "managers/simulate.jinja", form, back=reverse("managers:draft", args=[key]), number=draft.pk,
        runs=present.run_rows(list(runs)),
    )  # fmt: skip


@require_safe
def simulation(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far it is; which alerts differ; what would change, for whom, and in which referrals.

    The lists are a look at each referral that they show.
    """
    by, run = member(request), _run(request, key)
    tally, left_out = present.counts_for(run, by)
    move = _move(request, tally.whole.moves)
    blind = blind_to(by)
    found, alerts_seen = _alerts(request, run, closed_to(by) | blind, tally, move)
    shown, following = _page(request, run, by, move)
    rows = present.referral_rows(run, shown, blind)
    _audit(run, by, {*alerts_seen, *(one.referral_id for one in shown)} - blind)
    context = found | {
        "run": run, "facts": present.facts(run), "draft_key": run.draft.key if run.draft else None,
        "compared": tally.whole.n, "changed": tally.whole.changed, "moves": present.move_rows(run, tally, move),
        "one_side": present.one_side_rows(run, tally, move),
        "move": _words(run, move), "of_alert": move is not None and of_alert(move),
        "groups": present.group_tables(run, tally, move),
        "not_covered": present.not_covered(tally, left_out, run), "rows": rows,
        "next": f"?{present.query(move, after=str(following))}#referrals" if following else "",
        "is_first": "after" not in request.GET, "percent": 100 * run.done // max(run.total, 1),
    }  # fmt: skip
    refreshes = _refreshes(request, run)
    answer = render(request, "managers/simulation.jinja", context | {"refreshes": refreshes, "seconds": EVERY})
    if refreshes:
        answer["Refresh"] = f"{EVERY}; url={request.path}?turn={_number(request, 'turn') + 1}"
    return answer


@require_POST
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """End it where it is."""
    run = verbs.stop(simulation=_run(request, key), by=member(request))
    messages.success(
        request, "Stopped. What it has found stays." if run.state == "stopped" else "It had ended already."
    )
    return redirect("managers:simulation", key=key)


def _run(request: HttpRequest, key: UUID) -> Simulation:
    rows = Simulation.objects.select_related("draft", "before", "service", "started_by__user", "stopped_by__user")
    rows = rows.defer("after_content", "before__content", "draft__files", "draft__base_files")
    run = rows.filter(service_id=member(request).service_id, key=key).first()
    if run is None:
        raise Http404
    return run


def _move(request: HttpRequest, known: "dict[Move, int]") -> Move | None:
    clause, before, after = (request.GET.get(name, "") for name in present.ADDRESS)
    return (clause, before, after) if (clause, before, after) in known else None


def _page(
    request: HttpRequest, run: Simulation, by: Membership, move: Move | None
) -> tuple[list[SimulationChange], int | None]:
    """The changes of the next referrals of the list, and after which referral the page behind it begins."""
    changes = SimulationChange.objects.filter(simulation=run).exclude(referral__in=closed_to(by))
    if move is None or of_alert(move):  # what only one version has is said once, and listed for whom asks
        changes = changes.exclude(before="").exclude(after="")
    else:
        changes = changes.filter(criterion=move[0], before=move[1], after=move[2])
    later = changes.filter(referral__gt=_number(request, "after"))
    ids = list(later.order_by("referral").values_list("referral", flat=True).distinct()[: ROWS + 1])
    seen = ids[:ROWS]
    # Words of a document that does not belong to the referral any more are not shown.
    current = SimulationQuote.objects.filter(transcript__document__quarantine__isnull=True)
    shown = changes.filter(referral__in=seen).select_related("referral").order_by("referral", "pk")
    return list(shown.prefetch_related(Prefetch("quotes", queryset=current))), seen[-1] if len(ids) > ROWS else None


def _alerts(
    request: HttpRequest, run: Simulation, closed: frozenset[int], tally: Tally, move: Move | None
) -> tuple[dict[str, object], set[int]]:
    """What the page says of alerts, and the referrals that it lists for them."""
    rows = alerts.listed(run, closed)
    at = max(1, min(_number(request, "alerts"), rows.count() // ALERTS + 1))
    shown = list(rows[(at - 1) * ALERTS : at * ALERTS + 1])
    seen, more = shown[:ALERTS], bool(shown[ALERTS:])
    context = {
        "alerts": alerts.move_rows(tally, move), "alert_rows": alerts.rows_of(seen),
        "closed_alerts": alerts.not_listed(tally, rows), "lost": rows.filter(after="").count(),
        "alerts_previous": _alerts_at(move, at - 1), "alerts_next": _alerts_at(move, at + 1 if more else 0),
    }  # fmt: skip
    return context, {one.referral_id for one in seen}


def _audit(run: Simulation, by: Membership, looked: Set[int]) -> None:
    if looked:
        audit.record(by, "simulation.look", run.service, simulation=run.pk, referrals=sorted(looked))


def _words(run: Simulation, move: Move | None) -> str:
    if move is None:
        return ""
    return alerts.move_words(move) if of_alert(move) else present.move_words(run, move)


def _alerts_at(move: Move | None, page: int) -> str:
    return f"?{present.query(move, alerts=str(page))}#alerts" if page > 0 else ""


def _refreshes(request: HttpRequest, run: Simulation) -> bool:
    asked = set(request.GET) - {"turn"}
    return run.state == "running" and not asked and _number(request, "turn") < TURNS


def _number(request: HttpRequest, name: str) -> int:
    return whole_number(request.GET.get(name, "")) or 0
