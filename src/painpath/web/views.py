"""Pages that belong to no door."""

import re
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from painpath.accounts.models import KeptForm
from painpath.web.kept import KEPT

_REFERRAL = re.compile(r"^/referrals/([^/]+)/")
_OURS = frozenset({"key", "letters", "seen_version"})
"""Fields that only the program reads."""
_SIGNATURE = "/decide/letters/"


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
    shown = [
        (name.rpartition("-")[2].replace("_", " ").capitalize(), text)
        for name, values in form.fields.items()
        for text in values
        if text.strip() and name not in _OURS
    ]
    about = _REFERRAL.match(form.path)
    context = {
        "kept": form,
        "field": KEPT,
        "shown": shown,
        "files": list(form.files.values_list("name", flat=True)),
        "reference": about[1] if about else "",
        "is_signature": form.path.endswith(_SIGNATURE),
    }
    return render(request, "kept.jinja", context)
