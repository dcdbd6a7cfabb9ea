"""What a clinician wants to sign, before it is signed: plain data that a draft keeps."""

from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any

from painpath.pathway import Pathway
from painpath.referrals.transitions import Outcome

PLACES = {"review_date": "review_on", "signpost": "signposts", "advice": "to_gp", "clock_start": "clock_started_on"}
"""Where what an outcome needs (`pathway.Outcome.needs`) stands here, when it has another name."""
_TOGETHER = {
    "watcher": {"watcher_member"},
    "wait": {"wait_from", "wait_to", "wait_as_of"},
    "target_service": {"target_signpost", "target_address"},
    "asked_by": {"asked_by_name", "asked_by_relationship"},
}
"""What goes with something that an outcome needs."""
_DAYS = ("review_on", "wait_as_of", "clock_started_on")
REPLIES = frozenset({Outcome.ADVISE.value, Outcome.ASK_REFERRER.value})
"""Outcomes that speak to the referrer: they stand in the conversation, and files may go with them."""
_ALWAYS = frozenset({"outcome", "clauses", "reason", "to_patient", "to_gp", "paragraphs"})


def _recommendations(pathway: Pathway, outcome: str) -> tuple[str, ...]:
    """The recommendations in e-RS that a clinician may have chosen for this outcome."""
    found = next((one for one in pathway.outcomes if one.id == outcome), None)
    replies = (found.ers, found.ers_if_may_convert) if found else ()
    return tuple(code for reply in replies if reply for code in reply.recommendations)


@dataclass(frozen=True, kw_only=True)
class DecisionContent:
    """What a clinician wants to sign. Empty where the outcome does not need it."""

    outcome: str = ""
    clauses: tuple[str, ...] = ()
    reason: str = ""
    to_patient: str = ""
    to_gp: str = ""
    review_on: date | None = None
    condition: str = ""
    watcher: str = ""
    watcher_member: int | None = None
    """The member of the team who watches; `watcher` has their name then."""
    stage: str = ""
    priority: str = ""
    wait: str = ""
    """`range` or `unknown`."""
    wait_from: int | None = None
    wait_to: int | None = None
    wait_as_of: date | None = None
    clock_started_on: date | None = None
    signposts: tuple[str, ...] = ()
    target_service: str = ""
    target_signpost: str = ""
    """The service of the pathway that it is redirected to; `target_service` has its name then."""
    target_address: str = ""
    questionnaire: str = ""
    asks: dict[str, str] = field(default_factory=dict)
    """What a cited clause asks, `referrer:adult` -> the words. An empty one is not asked."""
    questions_referrer: str = ""
    questions_patient: str = ""
    """Further questions, one a line."""
    asked_by: str = ""
    """Who wishes it to end: `patient`, or `other` on their behalf."""
    asked_by_name: str = ""
    asked_by_relationship: str = ""
    adjustments_offered: str = ""
    question: str = ""
    no_question: bool = False
    recommendation: str = ""
    paragraphs: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    """Documents of the referral that go with the reply, by their ids."""

    def for_outcome(self, pathway: Pathway) -> "DecisionContent":
        """Without what was written for another outcome and is not needed by this one."""
        needs = pathway.outcome(self.outcome).needs if self.outcome in {o.id for o in pathway.outcomes} else ()
        kept = {PLACES.get(need, need) for need in needs}.union(*(_TOGETHER.get(need, set()) for need in needs))
        if "questions" in needs:
            kept |= {"asks", "questions_patient"}
            if self.outcome == Outcome.ASK_REFERRER:
                kept.add("questions_referrer")
        if "question" in needs:
            kept.add("no_question")
        if self.outcome in REPLIES:
            kept.add("attachments")
        if self.outcome and self.recommendation in _recommendations(pathway, self.outcome):
            kept.add("recommendation")
        if any("adjustments_offered" in pathway.criterion(name).requires for name in self.clauses):
            kept.add("adjustments_offered")
        blank = DecisionContent()
        gone = {f.name: getattr(blank, f.name) for f in fields(self) if f.name not in kept | _ALWAYS}
        return replace(self, **gone)

    def to_json(self) -> dict[str, Any]:
        """Plain values for a draft."""
        plain = asdict(self)
        return plain | {name: day.isoformat() if (day := getattr(self, name)) else None for name in _DAYS}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "DecisionContent":
        """The inverse of `to_json`; what it does not know is ignored, so that an older draft opens."""
        known = {f.name: plain[f.name] for f in fields(cls) if f.name in plain}
        for name in ("clauses", "signposts", "paragraphs", "attachments"):
            known[name] = tuple(known.get(name, ()))
        for name in _DAYS:
            known[name] = date.fromisoformat(known[name]) if known.get(name) else None
        return cls(**known)

    def details(self) -> dict[str, Any]:
        """What only this outcome needs, as a signed decision keeps it: nothing that is empty."""
        plain = self.to_json()
        return {name: plain[name] for name in _DETAILS if plain[name] not in ("", None, (), [], {})}


_DETAILS = (
    "stage", "priority", "wait", "wait_from", "wait_to", "wait_as_of", "clock_started_on", "signposts",
    "target_service", "target_signpost", "target_address", "questionnaire", "asks", "questions_referrer",
    "questions_patient", "adjustments_offered", "watcher_member", "asked_by", "asked_by_name", "asked_by_relationship",
    "question", "no_question", "recommendation", "paragraphs", "attachments",
)  # fmt: skip
