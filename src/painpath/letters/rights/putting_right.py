"""Somebody says that something on record is wrong (UK GDPR, Article 16): looked into, answered, passed on (Article 19).

Details are put right with the verbs that there are (`registering.register`), which keep what was there. Words of a
clinician are never changed: what the patient says is kept beside them.
"""

from django.db import transaction

from painpath import clock
from painpath.accounts import audit
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR
from painpath.letters.models import TO, Dispatch, DispatchState
from painpath.letters.rights.items import Item, items
from painpath.referrals.models import Disagreement, Referral, RightsRequest
from painpath.referrals.models.rights import OUTCOMES
from painpath.referrals.refusal import Refused
from painpath.referrals.rights.asking import check_team, close_request, lock_request, of_the_person
from painpath.referrals.todo import give_task
from painpath.referrals.transitions import add_working_days

ANSWERS = ("corrected", "noted", "unchanged")
OTHER = "other"
"""What a note is about when it is no one thing."""
_KINDS = frozenset({"document", "letter", "decision", "message", "answers", "change"})
_TELL_WITHIN = 5
"""Working days: a setting of ours, for Article 19 says only "communicate"."""


def can_be_about(referral: Referral) -> list[Item]:
    """What somebody may say is wrong: what is on record of this referral, without notes among colleagues."""
    return [item for item in items([referral]) if item.kind in _KINDS]


def recipients(referral: Referral) -> list[tuple[str, str]]:
    """Who was sent something about this person, but the person: to whom (a kind), and the name. One query."""
    sent = Dispatch.objects.filter(
        referral__in=of_the_person(referral).values("pk"), state__in=[DispatchState.SENT, DispatchState.DELIVERED],
        kind__in=["letter", "documents", "ers_reply"],
    ).exclude(to="patient")  # fmt: skip
    return sorted(set(sent.values_list("to", "name")))


def _whom(request: RightsRequest) -> str:
    return request.authority if request.asked_by == "other" else "the patient"


@transaction.atomic
def answer(
    *, request: RightsRequest, by: Membership, outcome: str, answer: str, about: Item | None = None, words: str = ""
) -> RightsRequest:
    """Answer a request to put something right. Telling the patient is a thing to do; so is each recipient of a letter,
    where something was put right or noted. Raises `Refused`.

    `corrected`: it has been put right on record, `answer` says what. `noted`: it is kept, with `words` of the patient
    beside it, about one thing or (`about` None) all of it. `unchanged`: `answer` says why.
    """
    check_team(by)
    request = lock_request(request)
    answer, words = answer.strip(), words.strip()
    if request.kind != "rectification" or outcome not in ANSWERS:
        raise Refused("Nobody has asked here that something be put right.")
    if not answer:
        raise Refused("Say what was done, or why nothing is changed: the patient is told.")
    if outcome == "noted" and not words:
        raise Refused("Enter what the patient says: it is shown beside what is kept.")
    if outcome == "noted":
        row = Disagreement.objects.create(
            service_id=request.service_id, request=request, referral=request.referral,
            about_kind=about.kind if about else OTHER, about=about.pk if about else None,
            about_words=about.label[:200] if about else "This referral", words=words, by=by, at=clock.now(),
        )  # fmt: skip
        audit.record(by, "rights.note", request.referral, disagreement=row.pk)
    due_on = max(add_working_days(clock.today(), 1), min(request.due_on, add_working_days(clock.today(), _TELL_WITHIN)))
    give_task(
        request.referral, "contact",
        f"Tell {_whom(request)} what became of it: {OUTCOMES[outcome].lower()}. They said: “{request.words}” "
        f"Our answer: “{answer}” Tell them too that they may complain to the Information Commissioner.",
        by=by, role=ADMINISTRATOR, due_on=due_on, rights=request.pk,
    )  # fmt: skip
    if outcome != "unchanged":
        for to, name in recipients(request.referral):
            give_task(
                request.referral, "tell_recipient",
                f"{name} ({TO[to].lower()}) was sent something about this person. Tell them: “{answer}”",
                by=by, role=ADMINISTRATOR, due_on=add_working_days(clock.today(), _TELL_WITHIN), rights=request.pk,
            )  # fmt: skip
    return close_request(request, by=by, outcome=outcome, answer=answer)
