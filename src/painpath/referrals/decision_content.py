"""What a clinician wants to sign, before it is signed: plain data that a draft keeps."""

from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any

from painpath.pathway import Pathway
from painpath.referrals.transitions import Outcome

PLACES = {"review_date": "review_on", "signpost": "signposts", "advice": "to_gp"}
"""Where what an outcome needs (`pathway.Outcome.needs`) stands here, when it has another name."""
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
    stage: str = ""
    signposts: tuple[str, ...] = ()
    target_service: str = ""
    questionnaire: str = ""
    questions_referrer: str = ""
    questions_patient: str = ""
    adjustments_offered: str = ""
    question: str = ""
    no_question: bool = False
    recommendation: str = ""
    paragraphs: tuple[str, ...] = ()

    def for_outcome(self, pathway: Pathway) -> "DecisionContent":
        """Without what was written for another outcome and is not needed by this one."""
        needs = pathway.outcome(self.outcome).needs if self.outcome in {o.id for o in pathway.outcomes} else ()
        kept = {PLACES.get(need, need) for need in needs}
        if "questions" in needs:
            kept.add("questions_patient" if self.outcome == Outcome.ASK_PATIENT else "questions_referrer")
        if "question" in needs:
            kept.add("no_question")
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
        return plain | {"review_on": self.review_on.isoformat() if self.review_on else None}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> "DecisionContent":
        """The inverse of `to_json`; what it does not know is ignored, so that an older draft opens."""
        known = {f.name: plain[f.name] for f in fields(cls) if f.name in plain}
        for name in ("clauses", "signposts", "paragraphs"):
            known[name] = tuple(known.get(name, ()))
        if known.get("review_on"):
            known["review_on"] = date.fromisoformat(known["review_on"])
        return cls(**known)
