"""The kitchen sink: every form component, every part of the page frame, and pages that fail on purpose."""

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import include, path
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from painpath import clock
from painpath.managers import urls as managers
from painpath.triage.urls import NAVIGATION
from painpath.web import forms
from painpath.web.views import accessibility


class Sink(forms.Form):
    family = forms.Text("Family name", hint="As it stands in the letter", error="Enter the family name")
    number = forms.Text("NHS number", width=10, required=False, attrs={"inputmode": "numeric"})
    email = forms.Email(required=False)
    weeks = forms.Number("How many weeks?", least=1, most=52, required=False)
    outcome = forms.Radios(
        "What do you decide?",
        size="m",
        error="Choose what you decide",
        options=[
            forms.Option("accept", "Accept"),
            forms.Option("delay", "Delay", hint="With a date and a watcher", reveals=("until", "watcher")),
        ],
    )
    until = forms.Date(
        "When should it be looked at again?", called="The date", error="Enter the date", earliest=clock.today
    )
    watcher = forms.Text("Who watches?", error="Enter who watches")
    practice = forms.Select("Practice", options=[("a", "Avenue Surgery"), ("b", "Bridge House")])
    clauses = forms.Checkboxes(
        "Which clauses does it rest on?",
        error="Choose at least one clause",
        options=[forms.Option("adult", "Aged 18 or over", hint="Published: adults"), ("pain", "Pain for 3 months")],
    )
    reason = forms.TextArea("Reason", hint="The GP reads this", error="Enter a reason", max_length=50)
    seen = forms.Checkbox("I have opened the original letter", error="Open the original letter, then tick the box")
    letters = forms.Files("Letters", hint="PDF, Word or a scan", required=False, accept=(".pdf", ".docx"))
    secret = forms.Password(required=False)
    token = forms.Hidden(required=False, initial="kept")


def sink(request: HttpRequest) -> HttpResponse:
    form = Sink(request.POST, request.FILES) if request.method == "POST" else Sink()
    if form.is_bound and form.is_valid():
        messages.success(request, f"Kept for {form.cleaned_data['family']}")
        return HttpResponseRedirect("/sink/")
    return forms.render_form(request, "layouts/form.jinja", form, title="Kitchen sink", intro="Everything.", back="/")


def slow(request: HttpRequest) -> StreamingHttpResponse:
    """The sink by a slow line: the browser has begun to show it when the rest comes."""
    head, body, rest = sink(request).content.decode().partition("<body")

    def parts() -> Iterator[str]:
        yield head
        time.sleep(0.5)
        yield body + rest

    return StreamingHttpResponse(parts())


class Classed(FormView):
    form_class = Sink
    template_name = "layouts/form.jinja"
    extra_context = {"title": "Class-based"}


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("on purpose")


def forbidden(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


@require_POST
def only_post(request: HttpRequest) -> HttpResponse:
    return HttpResponse("posted")


def somebody(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a clinician is signed in. No database stands behind it."""
    service = SimpleNamespace(name="Solent pain service", pk=1)

    def middleware(request: Any) -> HttpResponse:
        request.user = SimpleNamespace(is_authenticated=True, name="Dr Amara Osei", pk=1)
        request.membership = SimpleNamespace(
            service=service,
            service_id=1,
            user_id=1,
            role="clinician",
            roles=frozenset({"clinician"}),
            job="Consultant",
            name="Dr Amara Osei",
        )
        return get_response(request)

    return middleware


MENU = [
    path(f"menu/{name}/", sink, name=name)
    for name in (view.removeprefix("triage:") for _, view in NAVIGATION)
    if name != "worklist"
]
"""What the menu of every page leads to."""
MANAGERS = [path(f"managers/{view}/", sink, name=view.removeprefix("managers:")) for _, view, *_ in managers.NAVIGATION]

urlpatterns = [
    path("sink/", sink, name="sink"),
    path("accessibility/", accessibility, name="accessibility"),
    path("classed/", Classed.as_view()),
    path("broken/", broken),
    path("forbidden/", forbidden),
    path("suspicious/", suspicious),
    path("only-post/", only_post),
    path("slow/", slow),
    path("", include(([path("", sink, name="worklist"), *MENU], "triage"))),
    path("", include((MANAGERS, "managers"))),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/second-factor/", include("allauth.mfa.urls")),
]
handler400 = "painpath.web.errors.bad_request"
handler403 = "painpath.web.errors.permission_denied"
handler404 = "painpath.web.errors.not_found"
handler500 = "painpath.web.errors.failed"
