"""What people ask about their own data: recorded, read thing by thing, given; or looked into and answered."""

from functools import partial

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from painpath.letters.rights import bundle, copying, putting_right
from painpath.referrals.models import Referral, RightsRequest
from painpath.referrals.refusal import Refused
from painpath.referrals.rights import asking
from painpath.triage import rights_forms as forms
from painpath.triage.presenters import rights as present
from painpath.triage.presenters.page import frame
from painpath.triage.views.actions import act
from painpath.triage.views.base import member, opened
from painpath.web.forms import Form, render_form


@require_safe
def rights(request: HttpRequest, reference: str) -> HttpResponse:
    """What was asked about this person, of all their referrals."""
    referral, by = opened(request, reference), member(request)
    rows = present.requests(list(asking.requests_of(referral, by=by)), by)
    return render(request, "triage/rights.jinja", frame(referral, by) | {"requests": rows})


def _ask(request: HttpRequest, reference: str, form: type[Form], kind: str, heading: str) -> HttpResponse:
    return act(
        request, reference, form,
        lambda referral, by, given: asking.record_request(
            referral=referral, by=by, kind=kind, **given | {"authority": given.get("authority") or ""}
        ),
        heading=heading, intro="It is due in one month from the day on which it came, and stands on To do until then.",
        button="Record it", done="Recorded. It stands on To do.", to="triage:rights",
    )  # fmt: skip


def ask_copy(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody asks for a copy of what is held."""
    return _ask(request, reference, forms.AskCopy, "access", "Record that somebody asks for a copy")


def ask_correction(request: HttpRequest, reference: str) -> HttpResponse:
    """Somebody says that something is wrong."""
    return _ask(request, reference, forms.AskCorrection, "rectification", "Record that something is wrong")


def _asked(referral: Referral, pk: int, kind: str = "") -> RightsRequest:
    found = RightsRequest.objects.filter(referral=referral, pk=pk).select_related("referral").first()
    if found is None or (kind and found.kind != kind):
        raise Http404
    return found


def withdraw(request: HttpRequest, reference: str, asked: int) -> HttpResponse:
    """It is not wanted any more."""
    row = _asked(opened(request, reference), asked)
    return act(
        request, reference, forms.Withdraw,
        lambda referral, by, given: asking.withdraw_request(request=row, by=by, answer=given["answer"]),
        heading="It is not wanted any more", intro="Nothing is given and nothing is changed.", button="Close it",
        done="Closed.", to="triage:rights",
    )  # fmt: skip


def answer(request: HttpRequest, reference: str, asked: int) -> HttpResponse:
    """Answer somebody who says that something is wrong."""
    row = _asked(opened(request, reference), asked, "rectification")
    return act(
        request, reference, partial(forms.Answer, about=putting_right.can_be_about(row.referral)),
        lambda referral, by, given: putting_right.answer(
            request=row, by=by, outcome=given["outcome"], answer=given["answer"], about=given.get("about"),
            words=given.get("words") or "",
        ),
        heading="Answer it", intro=f"They say: “{row.words}”", button="Record the answer",
        done="Recorded. Telling the patient, and whoever was sent a letter, stands on To do.", to="triage:rights",
    )  # fmt: skip


def copy(request: HttpRequest, reference: str, asked: int) -> HttpResponse:
    """Read everything on record about the person, and say of each thing whether it goes into the copy."""
    referral, by = opened(request, reference), member(request)
    row = _asked(referral, asked, "access")
    items = copying.look(row, by=by)
    form = forms.Choose(request.POST or None, items=items)
    if request.method == "POST" and form.is_valid():
        try:
            made = copying.choose(request=row, by=by, said=form.said(), read_at=form.read_at)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, f"Saved: {len(made)} new." if made else "Nothing was changed.")
            return redirect("triage:copy", reference=reference, asked=asked)
    said = copying.choices_of(row)
    context = frame(referral, by) | {
        "groups": present.to_read(items, said),
        "left": sum(not copying.stands(item, said.get(item.key)) for item in items),
        "asked": asked, "is_open": row.is_open, "read_at": form.read_at.isoformat(),
    }  # fmt: skip
    return render_form(request, "triage/copy.jinja", form, **context)


def give(request: HttpRequest, reference: str, asked: int) -> HttpResponse:
    """Give the copy, once everything has been read."""
    row = _asked(opened(request, reference), asked, "access")
    if request.method != "POST":
        copying.check_give(row, by=member(request))
    return act(
        request, reference, partial(forms.Give, identity_known=bool(row.identity_how)),
        lambda referral, by, given: copying.give(request=row, by=by, **given),
        heading="Give the copy", button="Give the copy", done="The copy can be downloaded here now.",
        intro="It is made when it is downloaded, and kept nowhere. Give it to the person in a safe way.",
        to="triage:rights",
    )  # fmt: skip


@require_safe
def copy_file(request: HttpRequest, reference: str, asked: int) -> HttpResponseBase:
    """The copy as a file. Each download is on record."""
    row = _asked(opened(request, reference), asked, "access")
    file = bundle.write(request=row, by=member(request))
    response = FileResponse(file, as_attachment=True, filename=f"copy-of-record-{row.pk}.zip")
    response["Cache-Control"] = "no-store"
    return response
