"""After a request of e-RS was taken in again: what has changed there or has not come is a person's to look at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from painpath import clock
from painpath.accounts.models import Membership
from painpath.accounts.roles import ADMINISTRATOR, CLINICIAN
from painpath.exchange.ers import model
from painpath.exchange.ers.bodies import PRIORITIES
from painpath.exchange.ers.fetching import OVERVIEW, Fetched, state_words
from painpath.letters import ers
from painpath.letters.models import DispatchState, InboundMessage
from painpath.referrals import pathways
from painpath.referrals.models import Referral
from painpath.referrals.moves import reckon
from painpath.referrals.todo import drop_tasks, give_task

_AFTER_A_REPLY = frozenset(
    ["REFERRER_TO_REVIEW_RESPONSE", "REFERRER_TO_SUBMIT_FURTHER_INFORMATION", "ADVICE_CONVERTED", "TRIAGE_RESPONSE",
     "TRIAGED_PROVIDER_TO_ACTION"]
)  # fmt: skip
"""Where a request stands because we have answered it."""


def tell_of_change(
    message: InboundMessage, referral: Referral, fetched: Fetched, before: Sequence[dict[str, Any]], written: bool,
    again: str, by: Membership,
) -> None:  # fmt: skip
    """Another priority or state than when it was taken in last is a clinician's to look at today, unless it is what
    we sent, or goes with a new message of the referrer (`written`), which they get anyway. So is what came `again`."""
    last = next(
        (one for one in reversed(before) if "priority" in one and one.get("kind", "advice") == fetched.kind), None
    )
    now, found = fetched.request, [again] if again else []
    last = last or {"priority": now.priority, "state": now.state}
    sent = referral.dispatches.filter(kind=ers.KIND, state=DispatchState.SENT).order_by("pk").last()
    ours = sent.facts.get("press", {}).get("priority") if sent is not None else None
    if now.priority not in (last["priority"], ours):
        was, is_now = (PRIORITIES.get(one, one or "not given") for one in (last["priority"], now.priority))
        found.append(f"The priority in e-RS was “{was}” and is now “{is_now}”.")
    known = (now.state in _AFTER_A_REPLY and sent is not None) or (now.state == model.WAITS and written)
    if now.state != last["state"] and not known:
        was, is_now = state_words(last["state"]), state_words(now.state)
        found.append(f"The request stood in e-RS as “{was}” and stands now as “{is_now}”.")
    if found:
        words = f"{' '.join(found)} Look whether that changes what you do."
        facts: dict[str, Any] = {"ers_again": message.pk} if again else {}
        give_task(referral, "contact", words, by=by, role=CLINICIAN, due_on=clock.today(), **facts)


def came_again(
    message: InboundMessage, referral: Referral, fetched: Fetched, before: Sequence[dict[str, Any]],
    last_at: datetime | None, added: bool, of_theirs: bool,
) -> str:  # fmt: skip
    """That a referral for triage has something new after our outcome, or after it ended here, in sentences: nothing
    else tells anybody that its referrer sent it again. Empty for what our own outcome changed there, and where it was
    told. `added` are documents, `of_theirs` files of e-RS among them that were not there before."""
    if fetched.kind != "triage":
        return ""
    sent = referral.dispatches.filter(kind=ers.KIND, state=DispatchState.SENT).order_by("pk").last()
    since = sent is not None and sent.sent_at is not None and (last_at is None or sent.sent_at > last_at)
    now, last = fetched.request, before[-1] if before else {}
    changed = added or now.version != last.get("version", now.version) or (since and now.state == model.AWAITS_TRIAGE)
    if not changed or (referral.is_open and not since) or referral.tasks.filter(facts__ers_again=message.pk).exists():
        return ""
    by_us = sent is not None and since and sent.facts.get("version", now.version) == now.version  # unknown if by hand
    if by_us and now.state in _AFTER_A_REPLY and not of_theirs:
        return ""
    after = "our outcome was recorded there" if referral.is_open else "it ended here"
    then = "" if referral.is_open else " If it is to be triaged again, take it back first."
    return (
        f"This referral was changed or sent again in e-RS after {after}: it stands there as "
        f"“{state_words(now.state)}”, version {now.version or 'unknown'}. What came is with its documents.{then}"
    )


def ask_for_missing(referral: Referral, fetched: Fetched, by: Membership) -> None:
    """A file that did not come is somebody's to fetch: once, however often the request is taken in, and until it has
    come."""
    come = {
        *fetched.files,
        *([OVERVIEW] if fetched.overview else []),
        *(f"{OVERVIEW}/{one}" for one in fetched.related),
    }
    come |= {*fetched.related, *fetched.raw}
    drop_tasks(referral, by=by, words="It has come from e-RS since.", facts__ers_file__in=list(come))
    known = set(referral.tasks.filter(facts__has_key="ers_missing").values_list("facts__ers_missing", flat=True))
    for name, words in fetched.missing.items():
        if words not in known:
            give_task(
                referral, "contact", f"{words} Fetch it in e-RS, and add it to the referral.", by=by,
                role=ADMINISTRATOR, ers_missing=words, ers_file=name,
                due_on=reckon(pathways.of(referral.pathway_version).target("first-look"), clock.today()),
            )  # fmt: skip
