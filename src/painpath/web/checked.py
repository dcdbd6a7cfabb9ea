"""Files that were checked and wait for the word to go on, so that nobody has to choose them a second time.

They are kept as `painpath.web.kept` keeps a form that outlived its session: the page that shows what was found holds a
form with the kept form's key, and the middleware puts fields and files back in place when it is sent.
"""

import uuid

from django.http import HttpRequest

from painpath.accounts.models import KeptFile, KeptForm, Membership

CONFIRMED = "confirmed"
"""The field that says that somebody has seen what would be done."""


def keep_checked(request: HttpRequest, *, by: Membership) -> uuid.UUID:
    """Keep what was sent to this address, to be sent again as confirmed; what the same person had kept here goes."""
    mine = KeptForm.objects.filter(user=by.user_id, path=request.get_full_path(), fields__has_key=CONFIRMED)
    KeptFile.objects.filter(form__in=mine).delete()
    mine.delete()
    fields = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
    form = KeptForm.objects.create(
        service_id=by.service_id, user_id=by.user_id, key=uuid.uuid4(), path=request.get_full_path()[:300],
        fields=fields | {CONFIRMED: ["yes"]},
    )  # fmt: skip
    for name in request.FILES:
        for file in request.FILES.getlist(name):
            file.seek(0)
            KeptFile.objects.create(
                service_id=by.service_id, form=form, field=name, name=(file.name or "document")[:255],
                content=file.read(),
            )  # fmt: skip
    return form.key
