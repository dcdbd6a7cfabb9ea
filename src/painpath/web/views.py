"""Pages that belong to no door."""

import re
import uuid
from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from painpath import clock
from painpath.accounts import sessions
from painpath.accounts.models import KeptForm, Membership, User
from painpath.web import access, crisis, language, sign_ins, tools
from painpath.web.forms import render_form
from painpath.web.kept import KEPT, written

_REFERRAL = re.compile(r"^/referrals/([^/]+)/")
_SIGNATURE = "/decide/letters/"


@require_http_methods(["GET", "HEAD", "POST"])
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility tools. Whoever comes from a page of ours goes back there, once their choices are kept."""
    if request.method != "POST":
        back = _ours(request, request.headers.get("Referer", ""))
        form = tools.Choose(initial=tools.Choose.filled(tools.chosen(request)))
        return render_form(request, "accessibility.jinja", form, back=back, crisis=crisis.help_at(back))
    back = _ours(request, request.POST.get("next", ""))
    form = tools.Choose(request.POST)
    reset = "reset" in request.POST
    if not reset and not form.is_valid():
        return render_form(request, "accessibility.jinja", form, back=back, crisis=crisis.help_at(back))
    messages.success(request, _("All is as it was.") if reset else _("Your choices are kept on this device."))
    response = redirect(back)
    tools.keep(response, {} if reset else form.choices())
    return response


@require_POST
@csrf_exempt  # the form stands on every page for patients, and the worst that a stranger can do is another language
def choose_language(request: HttpRequest) -> HttpResponse:
    """Another language, and back to the page where it was chosen."""
    wanted = request.POST.get("language", "")
    response = redirect(_ours(request, request.headers.get("Referer", "")))
    for offered in language.offered_languages():
        if offered.code == wanted:
            language.keep(response, offered)
    return response


def _ours(request: HttpRequest, address: str) -> str:
    """The address without its host, when it is a page of this site and not the tools' own; else the start page."""
    if not url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}):
        return "/"
    parts = urlsplit(address)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    ours = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if ours and parts.path != request.path else "/"


@require_http_methods(["GET", "HEAD", "POST"])
def signed_in_where(request: HttpRequest) -> HttpResponse:
    """Where this person is signed in, and the end of it everywhere else."""
    here = request.session.session_key
    if request.method == "POST":
        ended = sessions.end_sessions(int(request.user.pk or 0), but=here)
        sign_ins.record(cast(User, request.user), "sessions.end", ended=ended)
        messages.success(request, "You are signed out everywhere else.")
        return redirect("sessions")
    rows = [
        {
            "words": one.words,
            "network": one.network,
            "began": _moment(one.began_at),
            "seen": _moment(one.seen_at),
            "here": one.session == here,
        }
        for one in sign_ins.living(cast(User, request.user))
    ]
    return render(request, "account/sessions.jinja", {"rows": rows})


def _moment(at: datetime) -> str:
    local = at.astimezone(clock.LONDON)
    return f"{local.day} {local:%B %Y} at {local:%H:%M}"


@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What somebody sent after their session had ended: shown to them alone, to be sent or thrown away.

    A signature is not sent from here: nobody signs what they do not see.
    """
    form = KeptForm.objects.filter(key=key, user=request.user.pk).first()
    if form is None:
        messages.info(request, "What was kept is there for the person who wrote it, or has been sent already.")
        return redirect("/")
    if request.method == "POST":
        form.files.all().delete()
        form.delete()
        messages.success(request, "Thrown away. It was not sent.")
        return redirect("/")
    about = _REFERRAL.match(form.path)
    context = {
        "kept": form,
        "field": KEPT,
        "shown": written(form.fields),
        "files": list(form.files.values_list("name", flat=True)),
        "reference": about[1] if about else "",
        "is_signature": form.path.endswith(_SIGNATURE),
    }
    return render(request, "kept.jinja", context)


@require_http_methods(["GET", "HEAD", "POST"])
def choose_service(request: HttpRequest) -> HttpResponse:
    """Somebody who works in several services goes from one to another."""
    here: Membership = request.membership  # type: ignore[attr-defined]
    mine = Membership.objects.current().filter(user=request.user.pk).select_related("service").order_by("pk")
    if request.method == "POST":
        wanted = request.POST.get("service", "")
        chosen = next((one for one in mine if str(one.service_id) == wanted), None)
        if chosen is not None:
            request.session[access.CHOSEN] = chosen.service_id
            return redirect(access.HOMES.get(chosen.role, access.HOME))
    return render(request, "choose_service.jinja", {"mine": mine, "here": here})
