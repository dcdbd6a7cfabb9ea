"""What was approved for a day to come is withdrawn, and taken up again in a draft."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from painpath.managers import publishing_forms as forms
from painpath.managers.presenters import withdrawing as present
from painpath.managers.views.drafts import member
from painpath.referrals.models import PathwayPublication
from painpath.referrals.publishing import withdrawing
from painpath.referrals.refusal import Refused
from painpath.web.forms import render_form


def _publication(request: HttpRequest, pk: int) -> PathwayPublication:
    rows = PathwayPublication.objects.select_related("version", "published_by__user", "approved_by__user")
    found = rows.filter(service_id=member(request).service_id, pk=pk).defer("version__content").first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, publication: int) -> HttpResponse:
    """A lead withdraws it before its day, and says why."""
    found, by = _publication(request, publication), member(request)
    if request.method != "POST":
        withdrawing.check_withdraw(found, by=by)
    form = forms.Withdraw(request.POST) if request.method == "POST" else forms.Withdraw()
    if request.method == "POST" and form.is_valid():
        try:
            withdrawing.withdraw(publication=found, words=form.cleaned_data["words"], by=by)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            messages.success(request, f"Version {found.version.label} is withdrawn. It will not come into force.")
            return redirect("managers:pathway")
    return render_form(request, "managers/act.jinja", form, **present.withdrawing(found))


@require_POST
def again(request: HttpRequest, publication: int) -> HttpResponse:
    """A new draft of what was withdrawn."""
    draft = withdrawing.take_up(publication=_publication(request, publication), by=member(request))
    messages.success(request, "A draft was started with what was withdrawn. Nothing of it is published.")
    return redirect("managers:draft", key=draft.key)
