"""Forms that outlive their session: nothing that somebody typed is lost because they were away too long.

Every form of the doors carries a signed `kept_for`, which says who opened it. When such a form arrives without a
session, it is stored, files and all; the same person, signed in again, is shown what was kept and sends it with one
press. Forms without that mark are not kept, so a stranger cannot fill the table.
"""

import uuid
from collections.abc import Callable, Mapping

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import CsrfViewMiddleware
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from painpath.accounts.models import KeptFile, KeptForm
from painpath.accounts.scope import scope

FIELD, KEPT = "kept_for", "kept"
_LONGEST = 24 * 60 * 60
_SIGNER = signing.TimestampSigner(salt="painpath.kept")
_DROP = {FIELD, "csrfmiddlewaretoken", KEPT}
_OURS = frozenset({"add", "check", "do", "key", "letters", "revision", "save", "seen", "seen_version"}) | _DROP
"""Fields that only the program reads."""
_SENT = "_kept_form"
"""On the request: the kept form that is sent with it."""


def mark(request: HttpRequest) -> str:
    """The signed mark that a form carries: who opened it, in which service."""
    membership = getattr(request, "membership", None)
    return _SIGNER.sign(f"{membership.user_id}:{membership.service_id}") if membership else ""


class KeepFormsMiddleware:
    """Keeps a marked form whose session has ended, and puts a kept form back in place when it is sent again."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST":
            return self.get_response(request)
        if not request.user.is_authenticated:
            if (kept := _key(request)) is not None:  # it lapsed a second time: what was kept is still there
                return redirect_to_login(reverse("kept", args=[kept]))
            key = keep(request)
            return self.get_response(request) if key is None else redirect_to_login(reverse("kept", args=[key]))
        restored = _restore(request, kept) if (kept := _key(request)) is not None else None
        setattr(request, _SENT, restored)
        response = self.get_response(request)
        restored = getattr(request, _SENT)
        if restored is not None and response.status_code in (302, 303):  # the view took it
            with scope(restored.service_id, request.user.pk):
                restored.files.all().delete()
                restored.delete()
        return response


def _key(request: HttpRequest) -> uuid.UUID | None:
    """The kept form that a form of our page "We kept what you sent" asks to be sent."""
    return _read(request.POST.get(KEPT, ""))


def waiting(request: HttpRequest) -> uuid.UUID | None:
    """The kept form that waits for this page, as its address says."""
    return _read(request.GET.get(KEPT, ""))


def _read(key: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(key)
    except ValueError:
        return None


def keep_own(request: HttpRequest) -> uuid.UUID | None:
    """Keep a form whose page is older than the present session, when whoever opened it is who sent it now: browsers
    may not keep pages of ours, so going back would find it empty."""
    user = getattr(request, "user", None)
    marked = _marked(request)
    return keep(request) if user is not None and marked is not None and marked[0] == user.pk else None


def wait(request: HttpRequest) -> uuid.UUID | None:
    """Another page has to come before the view that this form was sent to: until then it is kept, or stays kept. Gives
    its key, or None for a form without a mark of whoever sent it."""
    sent: KeptForm | None = getattr(request, _SENT, None)
    if sent is None:
        return keep_own(request)
    setattr(request, _SENT, None)
    return sent.key


def written(fields: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    """What somebody wrote in a form: what its fields are called, and the words. Nothing that only the program reads."""
    return [
        (name.rpartition("-")[2].replace("_", " ").capitalize(), text)
        for name, values in fields.items()
        for text in values
        if text.strip() and name not in _OURS
    ]


def written_now(request: HttpRequest) -> list[tuple[str, str]]:
    """The same of a form that was sent now, by whoever opened it: for a page that cannot show the form again."""
    user, marked = getattr(request, "user", None), _marked(request) if request.method == "POST" else None
    if user is None or marked is None or marked[0] != user.pk:
        return []
    return written({name: request.POST.getlist(name) for name in request.POST if "password" not in name})


def _marked(request: HttpRequest) -> tuple[int, int] | None:
    """Who opened the form, in which service."""
    try:
        user_id, service_id = map(int, _SIGNER.unsign(request.POST.get(FIELD, ""), max_age=_LONGEST).split(":"))
    except (signing.BadSignature, ValueError):
        return None
    return user_id, service_id


def keep(request: HttpRequest) -> uuid.UUID | None:
    """Keep what was sent, files and all; gives its key, or None for a form without our mark."""
    if (marked := _marked(request)) is None:
        return None
    user_id, service_id = marked
    key = uuid.uuid4()
    fields = {name: request.POST.getlist(name) for name in request.POST if name not in _DROP}
    with scope(service_id, user_id):
        form = KeptForm.objects.create(
            service_id=service_id, user_id=user_id, key=key, path=request.get_full_path()[:300], fields=fields
        )
        for field in request.FILES:
            for file in request.FILES.getlist(field):
                KeptFile.objects.create(
                    service_id=service_id,
                    form=form,
                    field=field,
                    name=(file.name or "document")[:255],
                    content=file.read(),
                )
    return key


def _no_view(request: HttpRequest) -> HttpResponse:
    """Stands for the view in a CSRF check that only asks whether the token is right."""
    return HttpResponse()


def _restore(request: HttpRequest, key: uuid.UUID) -> KeptForm | None:
    """Put the kept fields and files where the view looks for them, once the CSRF check has passed as for any form."""
    if CsrfViewMiddleware(lambda _: HttpResponse()).process_view(request, _no_view, (), {}) is not None:
        return None
    with scope(None, request.user.pk):
        form = KeptForm.objects.filter(key=key, user=request.user.pk, path=request.get_full_path()).first()
        if form is None:
            return None
        kept_files = list(form.files.order_by("pk"))
    data = QueryDict(mutable=True)
    for name, values in form.fields.items():
        data.setlist(name, values)
    data["csrfmiddlewaretoken"] = request.POST.get("csrfmiddlewaretoken", "")
    files: MultiValueDict[str, SimpleUploadedFile] = MultiValueDict()
    for file in kept_files:
        files.appendlist(file.field, SimpleUploadedFile(file.name, bytes(file.content)))
    request._post, request._files = data, files  # type: ignore[attr-defined]
    return form
