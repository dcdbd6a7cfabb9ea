"""Things to do about a referral: each has an owner and a day, and is done only by a person, in words."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.audit import Actor
from painpath.accounts.holding import held
from painpath.accounts.models import Membership
from painpath.referrals.models import Referral, Task
from painpath.referrals.models.following import CONTENT, SHOWN
from painpath.referrals.refusal import Refused
from painpath.referrals.transitions import STAFF

ANSWERED = frozenset({"subject_access", "rectification"})
"""Kinds that are done by answering a request about somebody's data (`rights.asking`), and in no other way."""


def give_task(
    referral: Referral, kind: str, words: str, *, by: Actor, role: str, due_on: date, owner: Membership | None = None,
    **facts: Any,
) -> Task:  # fmt: skip
    """Add something to do, inside the caller's transaction. `role` owns it until a named person does."""
    task = Task.objects.create(
        service_id=referral.service_id, referral=referral, kind=kind, words=words, facts=facts, owner_role=role,
        owner=owner, made_at=clock.now(), due_on=due_on,
    )  # fmt: skip
    audit.record(by, "task.give", task, kind=kind)
    return task


def drop_tasks(referral: Referral, *, by: Actor, words: str, keep: tuple[str, ...] = (), **which: Any) -> None:
    """Mark as done, with `words`, what has become needless, inside the caller's transaction; never a kind of `keep`.

    What somebody is just saying they have done stays in their words.
    """
    for task in referral.tasks.select_for_update().filter(done_at__isnull=True, **which).exclude(kind__in=keep):
        task.done_at, task.done_by, task.done_words = clock.now(), audit.person(by), words
        task.save(update_fields=["done_at", "done_by", "done_words"])
        audit.record(by, "task.do", task, kind=task.kind)


def open_tasks(by: Membership, *, mine: bool = False) -> QuerySet[Task]:
    """What is still to do in the service, the soonest first; `mine` is what `by` owns, or nobody of their role yet."""
    tasks = Task.objects.filter(service_id=by.service_id, done_at__isnull=True)
    if mine:
        tasks = tasks.filter(Q(owner=by) | Q(owner__isnull=True, owner_role=by.role))
    return tasks.select_related(*SHOWN, "owner__user").defer(CONTENT).order_by("due_on", "id")


def check_do(task: Task, *, by: Membership) -> None:
    """Raise `Refused` unless `by` may say that this is done: whoever has its role, and every clinician."""
    if by.ended_at is not None or by.role not in STAFF:
        raise Refused("Only an administrator or a clinician can do this.")
    if task.kind in ANSWERED:
        raise Refused("This is done on its own page: answer the request there, and it is done here too.")
    if task.owner_role == "clinician" and by.role != "clinician":
        raise Refused("Only a clinician can do this.")


@transaction.atomic
def do_task(*, task: Task, by: Membership, words: str) -> Task:
    """Record that a task is done, and what was done. The same words twice are one; raises `Refused`."""
    task = held(Task.objects.select_related("done_by__user").filter(pk=task.pk)).get()
    check_do(task, by=by)
    words = words.strip()
    if not words:
        raise Refused("Say what you did, and whom you told.")
    if task.done_by is not None:
        if task.done_by_id == by.pk and task.done_words == words:
            return task
        raise Refused(f"{task.done_by.name} has already done this: “{task.done_words}”")
    task.done_at, task.done_by, task.done_words = clock.now(), by, words
    task.save(update_fields=["done_at", "done_by", "done_words"])
    audit.record(by, "task.do", task, kind=task.kind)
    return task
