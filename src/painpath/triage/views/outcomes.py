"""What follows a decision: an answer, a reversal, a request to look again, an end, and what is to be done."""

from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse as address_of
from django.views.decorators.http import require_safe

from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.roles import MANAGER
from painpath.letters import closing, reversing
from painpath.referrals import restricting, todo, verbs
from painpath.referrals.arriving import receiving
from painpath.referrals.arriving.filing import File
from painpath.referrals.decisions import accepting, asking, following_up
from painpath.referrals.decisions import reversing as second_thoughts
from painpath.referrals.models import Referral, SignpostFollowUp, Task
from painpath.referrals.moves import check_move
from painpath.referrals.referring import verifying
from painpath.referrals.retention import destroying
from painpath.referrals.transitions import STAFF
from painpath.triage import outcome_forms as forms
from painpath.triage.presenters import changes as changed
from painpath.triage.presenters import following as present
from painpath.triage.presenters.rota import no_email, nobody_reads
from painpath.triage.views.actions import act
from painpath.triage.views.base import member, opened

ROWS = 50
Given = dict[str, Any]


@transaction.atomic
def _answer(referral: Referral, by: Membership, given: Given) -> None:
    if files := [File(file.name or "document", file.read()) for file in given["documents"]]:
        receiving.add_documents(referral=referral, by=by, files=files)
    verbs.record_reply(
        referral=referral, by=by, reason=given["reason"], of=given.get("of", ""), enough=given.get("enough", False)
    )


def reply(request: HttpRequest, reference: str) -> HttpResponse:
    """The referrer or the patient has answered: back to the worklist, or on to the other one who is asked."""
    requests = asking.open_requests(opened(request, reference))
    return act(
        request, reference, partial(forms.Reply, requests=requests), _answer, heading="Record a reply",
        intro="The referral goes back to the screening worklist once everybody who was asked has answered.",
        button="Record the reply", done="The reply is recorded.",
    )  # fmt: skip


def ready(request: HttpRequest, reference: str) -> HttpResponse:
    """A delayed referral comes back before its day."""
    return act(
        request, reference, forms.Ready,
        lambda referral, by, given: verbs.say_ready(referral=referral, by=by, **given),
        heading="Ready now", intro="The referral goes back to the screening worklist, before its review date.",
        button="Put it back on the worklist", done="Back on the screening worklist.",
    )  # fmt: skip


def look_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody asks for a decision to be looked at again."""
    return act(
        request, reference, forms.LookAgain,
        lambda referral, by, given: second_thoughts.look_again(referral=referral, by=by, **given),
        heading="Ask to look again",
        intro="The referral goes back to the worklist. A clinician other than the one who decided looks at it.",
        button="Ask another clinician to look", done="Back on the worklist, for another clinician.",
    )  # fmt: skip


def reverse(request: HttpRequest, reference: str) -> HttpResponse:
    """A decision is taken back, in sight of everybody."""
    if request.method != "POST":
        second_thoughts.check_reverse(opened(request, reference), by=member(request))
    return act(
        request, reference, forms.Reverse,
        lambda referral, by, given: reversing.reverse(referral=referral, by=by, reason=given["reason"]),
        heading="Reverse the decision",
        intro="The referral awaits screening again. The decision and its letters stay on record. Letters that have not "
        "left are stopped; for each that has left, a clinician is asked to write a correction.",
        button="Reverse the decision", done="Reversed. The referral awaits screening again.",
    )  # fmt: skip


def gp_referral(request: HttpRequest, reference: str) -> HttpResponse:
    """The GP's own referral has come."""
    if request.method != "POST":
        check_move("record_gp_referral", opened(request, reference), by=member(request))
    return act(
        request, reference, forms.GpReferral,
        lambda referral, by, given: accepting.record_gp_referral(referral=referral, by=by, **given),
        heading="Record the GP's referral",
        intro="We accepted an advice request that we may not turn into a referral. The GP was asked to send one.",
        button="Record the GP's referral", done="Recorded. The referral can be handed over.",
    )  # fmt: skip


def close(request: HttpRequest, reference: str) -> HttpResponse:
    """An end without a decision of the team."""
    return act(
        request, reference, forms.Close,
        lambda referral, by, given: closing.close(referral=referral, by=by, **given),
        heading="Close or withdraw",
        intro="This ends the referral without a decision of the team. No letter goes out. It can be taken back.",
        button="End this referral", done="Ended.",
    )  # fmt: skip


def follow_up(request: HttpRequest, reference: str, follow_up: int) -> HttpResponse:
    """Did the patient get to the service we pointed to?"""
    row = SignpostFollowUp.objects.filter(referral=opened(request, reference), pk=follow_up).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        following_up.check_answer(row)

    def answer(referral: Referral, by: Membership, given: Given) -> None:
        verb = following_up.got_there if given["there"] == "yes" else following_up.did_not_get_there
        verb(follow_up=row, by=by, words=given["words"])

    return act(
        request, reference, forms.FollowUp, answer, heading=f"Did they get there? {row.name}",
        intro="A “no” brings the referral back to the worklist.", button="Record the answer", done="Recorded.",
    )  # fmt: skip


def task(request: HttpRequest, reference: str, task: int) -> HttpResponse:
    """Something is done, in words."""
    row = Task.objects.filter(referral=opened(request, reference), pk=task).first()
    if row is None:
        raise Http404
    if request.method != "POST":
        todo.check_do(row, by=member(request))
    return act(
        request, reference, forms.DoTask,
        lambda referral, by, given: todo.do_task(task=row, by=by, words=given["words"]),
        heading=row.get_kind_display(), intro=row.words, button="This is done", done="Done.",
    )  # fmt: skip


def _for_keepers(by: Membership) -> dict[str, int]:
    """How much waits for a lead's review, and for the second person before something is destroyed."""
    keeps = by.role == MANAGER or by.leads
    return {
        "to_review": restricting.to_review(by).exclude(by=by).count() if by.leads else 0,
        "to_agree": destroying.open_requests(by).exclude(asked_by__user=by.user_id).count() if keeps else 0,
    }


@require_safe
def to_do(request: HttpRequest) -> HttpResponse:
    """Everything that somebody has to do, the soonest first."""
    by = member(request)
    mine = "mine" in request.GET
    page = Paginator(todo.open_tasks(by, mine=mine), ROWS).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    changes = changed.to_do(by)
    looked = {row.referral_id for row in rows} | {row.referral_id for row, _ in changes}
    audit.record(by, "task.look", by.service, referrals=sorted(looked))
    due = following_up.due(by).count()
    links = [
        ("Everybody's", address_of("triage:to-do"), not mine),
        ("Mine", address_of("triage:to-do") + "?mine=1", mine),
    ]
    return render(request, "triage/to_do.jinja", present.paged(page) | {
        "rows": present.unseen([(row, present.task(row, by)) for row in rows], by), "links": links, "mine": mine,
        "due": due, "changes": [row for _, row in changes], "nobody_reads": nobody_reads(by.service),
        "no_email": no_email(by.service),
        "may_rota": by.role in STAFF,
        **_for_keepers(by),
        "to_verify": verifying.waiting(by.service_id).count() if by.role in STAFF else 0,
    })  # fmt: skip


@require_safe
def follow_ups(request: HttpRequest) -> HttpResponse:
    """Whom we have asked, or ask today, whether they got to what we pointed to."""
    by = member(request)
    page = Paginator(following_up.due(by), ROWS).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    audit.record(by, "follow_up.look", by.service, referrals=sorted({row.referral_id for row in rows}))
    shown = present.unseen([(row, present.follow_up(row, by)) for row in rows], by)
    context = present.paged(page) | {"rows": shown}
    return render(request, "triage/follow_ups.jinja", context)
