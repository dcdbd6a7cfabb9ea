"""The pages about drafts: what stands on them, in words."""

import re
from datetime import date
from typing import Any

from django.urls import reverse

from painpath import clock
from painpath.accounts.models import Membership
from painpath.managers.presenters import withdrawing as gone
from painpath.managers.presenters.days import day, moment
from painpath.managers.presenters.differing import Beside, compared, in_force_then
from painpath.managers.presenters.labels import in_words, part_label, place_words, quoted
from painpath.managers.workbench import WHOLE
from painpath.pathway import Pathway, PathwayError, Problem
from painpath.pathway.describing import shapes
from painpath.pathway.draft_files import compile_draft
from painpath.referrals import pathways
from painpath.referrals.models import PathwayDraft, PathwayPublication, PathwayVersion
from painpath.referrals.publishing import drafting
from painpath.referrals.publishing.labels import another
from painpath.referrals.publishing.rules import needs_clinician

STATES = {"open": "Open", "submitted": "Waiting for approval", "published": "Approved", "dropped": "Dropped"}
COLOURS = {"open": "blue", "submitted": "yellow", "published": "green", "dropped": "grey"}
OPEN_REFERRALS = (
    "Referrals that are open on that day keep the version they came in under: their clauses, their sheet and their "
    "decision stay with it. Referrals received from that day on have the new one. Only whom to call in a crisis is the "
    "newest everywhere."
)
"""`Referral.pathway_version` is set when a referral is received and never changed; see `referrals.pathways.of`."""
FIRST_DAY = (
    "The new service begins when you approve it. You and whoever asked are its first members; choose it under “Change "
    "service”. Nothing changes in this service."
)
MOST_PROBLEMS = 200


def overview(by: Membership) -> dict[str, Any]:
    """What is in force, what comes, drafts, versions."""
    rows = PathwayPublication.objects.filter(service_id=by.service_id)
    rows = rows.select_related("version", "published_by__user", "approved_by__user", "draft", "withdrawal__by__user")
    published = list(rows.defer("files", "version__content", "draft__files", "draft__base_files").order_by("-pk"))
    row, coming = pathways.publication(by.service_id), [one.pk for one in pathways.to_come(by.service_id)]
    in_force = [one for one in published if row is not None and one.pk == row.pk]
    before = [_publication(one) | gone.never(one, published) for one in published
              if one not in in_force and one.pk not in coming]  # fmt: skip
    withdrawn = {one.draft_id for one in published if gone.of(one)}
    drafts = PathwayDraft.objects.filter(service_id=by.service_id).defer("files", "base_files")
    drafts = drafts.select_related("changed_by__user", "submitted_by__user").order_by("-changed_at", "-pk")
    return {
        "current": _publication(in_force[0]) if in_force else _folder(by),
        "coming": [_publication(one) | gone.offered(one, by) for one in reversed(published) if one.pk in coming],
        "earlier": [*(one for one in before if not one["never"]), *_of_folder(by, in_force)],
        "never": [one for one in before if one["never"]],
        "drafts": [_row(one, by) for one in drafts if one.state in ("open", "submitted")],
        "done": [
            _row(one, by) | (gone.STATE if one.pk in withdrawn else {})
            for one in drafts if one.state in ("published", "dropped")
        ][:50],
        "may_start": drafting.can_start(by=by),
    }  # fmt: skip


_PLAIN = dict.fromkeys(("from", "by", "approved", "words", "first", "compare", "never", "again", "withdraw"), "")


def _publication(one: PathwayPublication) -> dict[str, Any]:
    return _PLAIN | {
        "label": one.version.label, "from": day(one.from_date),
        "href": reverse("managers:version", args=[one.version_id]), "by": _person(one.published_by),
        "approved": _person(one.approved_by),
        "words": one.draft.words if one.draft else "", "zip": reverse("managers:version-zip", args=[one.version_id]),
        "compare": reverse("managers:version-compare", args=[one.version_id]),
    }  # fmt: skip


def _person(member: Membership) -> str:
    return f"{member.name}, {member.job}"


def _folder(by: Membership) -> dict[str, Any] | None:
    """What the folder on disk puts in force, while nothing was published here."""
    try:
        current, version = pathways.in_force(by.service)
    except PathwayError:
        return None
    return _PLAIN | {"label": current.version, "href": reverse("managers:version", args=[version.pk])}


def _of_folder(by: Membership, started: list[PathwayPublication]) -> list[dict[str, Any]]:
    """Versions of the folder on disk that referrals came in under."""
    rows = PathwayVersion.objects.filter(service_id=by.service_id, publications__isnull=True).defer("content")
    found = list(rows.order_by("-pk"))
    return [
        _PLAIN
        | {
            "label": one.label, "first": day(one.first_used_at.astimezone(clock.LONDON)),
            "href": reverse("managers:version", args=[one.pk]),
            "compare": reverse("managers:version-compare", args=[one.pk]),
        }
        for one in (found if started else found[1:])
    ]  # fmt: skip


def _row(one: PathwayDraft, by: Membership) -> dict[str, Any]:
    return {
        "href": reverse("managers:draft", args=[one.key]), "name": f"Draft {one.pk}", "label": one.label,
        "state": STATES[one.state], "colour": COLOURS[one.state],
        "of": "" if one.name == by.service.slug else f"Another service: {in_words(one.name)}",
        "changed": f"{moment(one.changed_at)}, by {one.changed_by.name}",
        "from": day(one.from_date) if one.from_date and one.state != "open" else "",
    }  # fmt: skip


def head(one: PathwayDraft) -> dict[str, Any]:
    """What every page of a draft says at its top."""
    return {
        "heading_of": f"Draft {one.pk}", "draft_href": reverse("managers:draft", args=[one.key]),
        "key": one.key, "name": service_of(one), "state": STATES[one.state], "colour": COLOURS[one.state],
    }  # fmt: skip


def draft(one: PathwayDraft, by: Membership) -> dict[str, Any]:
    """Where a draft stands."""
    whole, withdrawal = compile_draft(one.name, one.files), gone.of_draft(one)
    open_points = [point.words for point in getattr(whole.pathway, "unsettled", ()) if point.settled is None]
    problems = [_problem(each, one) for each in whole.problems]
    facts = [
        ("Version", one.label or "Not said yet"),
        ("Begun", f"{moment(one.started_at)}, by {one.started_by.name}"),
        ("Last changed", f"{moment(one.changed_at)}, by {one.changed_by.name}"),
    ]
    if one.submitted_by and one.submitted_at and one.from_date:
        facts += [
            ("In force from" if withdrawal is None else "Was approved for", day(one.from_date)),
            ("Why", one.words),
            ("Approval asked for", f"{moment(one.submitted_at)}, by {_person(one.submitted_by)}"),
        ]
    if one.approved_by and one.approved_at:
        facts.append(("Approved", f"{moment(one.approved_at)}, by {_person(one.approved_by)}"))
    if withdrawal is not None:
        facts.append(("Withdrawn", gone.told(withdrawal)))
    if one.state == "open" and one.sent_back_words:
        facts.append(("Sent back, with these words", one.sent_back_words))
    other_label = another(one, whole.pathway) if whole.pathway and one.state in ("open", "submitted") else ""
    can_change = drafting.can_change(one, by=by)
    can_submit = drafting.can_submit(one, by=by) and not problems
    return head(one) | (gone.STATE if withdrawal else {}) | {
        "next": gone.NEXT if withdrawal else _next(one, has_problems=bool(problems), can_submit=can_submit),
        "facts": facts, "problems": problems[:MOST_PROBLEMS], "more": max(0, len(problems) - MOST_PROBLEMS),
        "warnings": [_problem(each, one) for each in whole.warnings], "open_points": open_points,
        "behind": one.state in ("open", "submitted") and drafting.behind(one), "revision": one.revision,
        "can_change": can_change, "can_drop": drafting.can_drop(one, by=by),
        "can_submit": can_submit,
        "can_approve": drafting.can_approve(one, by=by), "can_send_back": drafting.can_send_back(one, by=by),
        "waits_for_other": who_approves(by)
        if one.state == "submitted" and one.submitted_by and one.submitted_by.user_id == by.user_id else "",
        "changed": one.files != one.base_files,
        "other_label": other_label if one.files != one.base_files else "", "label": one.label,
        "label_href": reverse("managers:edit-item", args=[one.key, WHOLE]),
    }  # fmt: skip


def _next(one: PathwayDraft, *, has_problems: bool, can_submit: bool) -> str:
    """What happens next with a draft, and who does it."""
    if one.state == "published":
        begins = f" It is in force from {day(one.from_date)}." if one.from_date else ""
        found = " Next: choose the new service under “Change service”." if one.name != one.service.slug else ""
        return f"It was approved.{begins}{found}"
    if one.state == "dropped":
        return "It was dropped. Nobody can change it any more."
    if one.state == "submitted":
        second = "a clinician" if needs_clinician(one.submitted_by) else "a clinician, a manager or another lead"
        return f"Next: a second person ({second}) reads what changes, and approves it."
    if has_problems:
        return "Next: put the mistakes right. Until then nobody can ask for approval."
    if one.files == one.base_files:
        return "Nothing is changed in it yet. Next: edit its parts."
    if can_submit:
        return "Next: try it on past referrals, then ask for approval. A second person approves."
    return "Next: when it is ready, a lead asks for approval, and a second person approves."


def _problem(each: Problem, one: PathwayDraft) -> dict[str, Any]:
    """What to do, the part where it is done, and where it stands in the files."""
    where = each.file.as_posix()
    part = re.split(r"[.\[]", each.field)[0]
    parts = {known.name for known in shapes(Pathway) if known.model is not None}
    at = f"{where}, line {each.line}" if each.line else where
    return {
        "message": quoted(each.message), "part": part_label(part) if part in parts else "",
        "href": reverse("managers:edit-item", args=[one.key, part]) if part in parts else "",
        "place": "The whole folder" if where == "." else ": ".join(filter(None, (at, place_words(each.field)))),
    }  # fmt: skip


def service_of(one: PathwayDraft) -> str:
    """What the service is called in the draft, without reading the whole of it."""
    found = re.search(r"(?m)^service: *[\"']?(.+?)[\"']?\s*$", one.files.get("service.yaml", ""))
    return found[1] if found else in_words(one.name)


def _takes_place(one: PathwayDraft, begins: date) -> list[str]:
    """The days of what was approved to come, and will not when this draft is in force from `begins`."""
    if one.name != one.service.slug:
        return []
    return [day(row.from_date) for row in pathways.to_come(one.service_id) if row.from_date >= begins]


def comparison(one: PathwayDraft, beside: Beside | None = None) -> dict[str, Any]:
    """Word by word."""
    found, why_not = compared(one, beside)
    same = "" if found or why_not else (
        "Nothing of what anybody reads is different: only the layout of the files, or notes in them, if anything."
    )  # fmt: skip
    return head(one) | {"differences": found, "why_not": why_not, "same": same, "is_new": not one.base_files}


def who_approves(asks: Membership) -> str:
    """Who has to approve what this person asks for, said to them."""
    if needs_clinician(asks):
        return "A clinician has to approve it, because you are not one."
    return "Somebody else has to approve it: a clinician, a manager or another lead."


def submitting(one: PathwayDraft, by: Membership) -> dict[str, Any]:
    """Before a lead asks for approval."""
    return comparison(one) | {
        "who_approves": who_approves(by),
        "open_referrals": OPEN_REFERRALS,
        "coming": _takes_place(one, clock.today()),
    }


def approving(one: PathwayDraft, by: Membership) -> dict[str, Any]:
    """Before a second person approves."""
    begins = max(one.from_date or clock.today(), clock.today())
    return comparison(one, in_force_then(one, begins)) | {
        "takes_place": _takes_place(one, begins), "open_referrals": OPEN_REFERRALS if one.base_files else FIRST_DAY,
        "words": one.words,
        "from": day(begins), "is_today": begins == clock.today(),
        "asked_by": _person(one.submitted_by) if one.submitted_by else "",
        "me": _person(by),
    }  # fmt: skip


def sending_back(one: PathwayDraft) -> dict[str, Any]:
    """Before a draft is sent back."""
    return head(one) | {
        "heading": "Send this draft back", "intro": "It is open for changes again, and nothing is published.",
        "button": "Send it back",
    }  # fmt: skip


def dropping(one: PathwayDraft) -> dict[str, Any]:
    """Before a draft is dropped."""
    return head(one) | {
        "heading": "Drop this draft",
        "intro": "Nobody can change it any more, and nothing of it is published. It stays readable.",
        "button": "Drop it", "is_final": True,
    }  # fmt: skip


def taking_in() -> dict[str, Any]:
    """Before a folder is taken in."""
    return {
        "heading": "Start a draft from a folder or FHIR", "button": "Start a draft",
        "intro": "What stands in the files becomes a draft, mistakes too: its page lists them. Nothing is published.",
        "draft_href": "", "heading_of": "",
    }  # fmt: skip
