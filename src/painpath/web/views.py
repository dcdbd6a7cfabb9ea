"""Pages that belong to no door."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from painpath.accounts.models import KeptForm
from painpath.web.kept import KEPT


@require_safe
def kept(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What somebody sent after their session had ended: shown to them alone, to be sent with one press."""
    form = KeptForm.objects.filter(key=key, user=request.user.pk).first()
    if form is None:
        raise Http404
    shown = [
        (name.replace("_", " ").replace("-", " ").capitalize(), text)
        for name, values in form.fields.items()
        for text in values
        if text.strip()
    ]
    files = list(form.files.values_list("name", flat=True))
    return render(request, "kept.jinja", {"kept": form, "field": KEPT, "shown": shown, "files": files})
