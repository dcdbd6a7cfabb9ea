"""Pages that belong to no door."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from painpath.accounts.models import KeptForm
from painpath.web.kept import KEPT


@require_http_methods(["GET", "HEAD", "POST"])
def kept(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What somebody sent after their session had ended: shown to them alone, to be sent or thrown away."""
    form = KeptForm.objects.filter(key=key, user=request.user.pk).first()
    if form is None:
        raise Http404
    if request.method == "POST":
        form.files.all().delete()
        form.delete()
        messages.success(request, "Thrown away. It was not sent.")
        return redirect("/")
    shown = [
        (name.replace("_", " ").replace("-", " ").capitalize(), text)
        for name, values in form.fields.items()
        for text in values
        if text.strip()
    ]
    files = list(form.files.values_list("name", flat=True))
    return render(request, "kept.jinja", {"kept": form, "field": KEPT, "shown": shown, "files": files})
