"""What clinicians said of a criterion, beside what was read: at a glance, and as a history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from painpath.accounts.models import Membership
from painpath.referrals.models import Judgement
from painpath.triage.presenters.words import moment


@dataclass(frozen=True)
class Word:
    """A clinician's confirmation or correction."""

    text: str
    reason: str


@dataclass(frozen=True)
class Glance:
    """The word that counts now, in one line: what was read, and what whom made of it."""

    text: str
    reason: str
    is_correction: bool
    is_own: bool


@dataclass(frozen=True)
class Said:
    """All words on one criterion. `earlier` are those that count no more."""

    now: Glance | None = None
    earlier: tuple[Word, ...] = ()
    confirmed_by_me: bool = False
    """The reader of the page has confirmed it as read, or corrected it: it can be cited in their decision."""


def said(judgements: Sequence[Judgement], run: int, labels: Mapping[str, str], by: Membership | None = None) -> Said:
    """`judgements` of one criterion, oldest first; those given before the reading `run` are shown and do not count."""
    if not judgements:
        return Said()
    current = [judgement for judgement in judgements if judgement.run_id == run]
    last = current[-1] if current else None
    return Said(
        now=_glance(last, labels, by) if last else None,
        earlier=tuple(_word(judgement, run, labels) for judgement in judgements if judgement is not last),
        confirmed_by_me=by is not None and any(judgement.by_id == by.pk for judgement in current),
    )


def _glance(judgement: Judgement, labels: Mapping[str, str], by: Membership | None) -> Glance:
    read, state = labels[judgement.read_state].lower(), labels[judgement.state].lower()
    name, own = judgement.by.name, by is not None and judgement.by_id == by.pk
    text = f"Read: {read}. {name}: {state}" if judgement.is_correction else f"Read: {read}. {name} confirmed it"
    return Glance(f"{text}, {moment(judgement.at)}", judgement.reason, judgement.is_correction, own)


def _word(judgement: Judgement, run: int, labels: Mapping[str, str]) -> Word:
    what = (
        f"Corrected from “{labels[judgement.read_state]}” to “{labels[judgement.state]}”"
        if judgement.is_correction
        else f"Confirmed: “{labels[judgement.state]}”"
    )
    earlier = "" if judgement.run_id == run else ", before something new arrived"
    return Word(text=f"{what} by {judgement.by.name}, {moment(judgement.at)}{earlier}", reason=judgement.reason)
