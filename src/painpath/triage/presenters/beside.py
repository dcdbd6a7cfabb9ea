"""What stands beside letters and criteria on the workspace: earlier referrals, the MDT list, the form to mark words."""

from typing import Any

from painpath.accounts.models import Membership
from painpath.pathway import Pathway
from painpath.referrals.models import MeetingItem, Referral
from painpath.referrals.models.referral import CAME_BACK
from painpath.referrals.sheet import adding_evidence
from painpath.referrals.sheet.earlier import how_many_earlier
from painpath.referrals.transitions import STAFF
from painpath.triage.presenters.sheet import GroupView
from painpath.triage.presenters.words import day, plural
from painpath.triage.workspace_forms import MarkWords


def beside(referral: Referral, by: Membership, pathway: Pathway, groups: tuple[GroupView, ...]) -> dict[str, Any]:
    """The context of these parts. Four queries at most."""
    earlier = how_many_earlier(referral, by)
    can_mark = bool(groups) and adding_evidence.can_mark(referral, by=by)
    views = [one for group in groups for one in group.criteria]
    return {
        "earlier": f"This person has been referred before: {plural(earlier, 'earlier referral')}." if earlier else "",
        "came_back": _came_back(referral),
        "meeting": _meeting(referral) if by.role in STAFF else "",
        "can_mark": can_mark,
        "mark_form": MarkWords(pathway=pathway) if can_mark else None,
        "settled": f"{sum(one.is_settled for one in views)} of {len(views)} criteria confirmed or corrected by you",
        "exceptional": _exceptional(referral, pathway),
    }


_RETURNS = {
    "reply": "record_reply", "ready": "say_ready", "still_refer": "still_refer", "not_answered": "record_not_answered",
    "no_signpost": "did_not_get_there", "look_again": "look_again", "reversed": "reverse",
    "returned": "return_to_screening", "again": "take_back", "changed": "report_change",
}  # fmt: skip
"""Why a referral is not a new one -> the verb that brought it back with somebody's words."""


def _came_back(referral: Referral) -> str:
    """Why it is here again, in the words of who said so: the next clinician rests on them."""
    if not referral.came_back or not referral.is_open:
        return ""
    verb = _RETURNS.get(referral.came_back)
    step = referral.transitions.filter(verb=verb).last() if verb else None
    said = f" on {day(step.at)}: “{step.reason}”" if step is not None and step.reason else "."
    return CAME_BACK[referral.came_back] + said


def _meeting(referral: Referral) -> str:
    if referral.lacks("meeting"):
        return ""
    item = MeetingItem.objects.filter(referral=referral, agreed_at__isnull=True).first()
    if item is None:
        return ""
    when = f" of {day(item.meets_on)}" if item.meets_on else ""
    return f"On the list of the MDT meeting{when}: “{item.question}”"


def _exceptional(referral: Referral, pathway: Pathway) -> dict[str, Any] | None:
    """The banner of a route that is used only in exceptional circumstances, such as the palliative care team's."""
    route = pathway.route(referral.route) if referral.route else None
    if route is None or not route.exceptional:
        return None
    grades = {grade.id: grade.name for grade in pathway.grades}
    return {
        "name": route.name,
        "how": route.how,
        "published": route.published,
        "circumstances": referral.circumstances,
        "decided_by": ", ".join(grades.get(grade, grade) for grade in route.decided_by),
    }
