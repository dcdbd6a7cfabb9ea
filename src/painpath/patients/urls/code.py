"""The way in to one's own referral: reference, date of birth, one-time code. No address says who somebody is."""

from django.urls import path

from painpath.patients.views import code
from painpath.web.access import VISITOR

ACCESS = dict.fromkeys(("patients:code", "patients:code-enter", "patients:code-leave"), VISITOR)

_DOOR = "services/<slug:service>/my-referral/"

urlpatterns = [
    path(f"{_DOOR}code/", code.ask, name="code"),
    path(f"{_DOOR}code/enter/", code.enter, name="code-enter"),
    path(f"{_DOOR}leave/", code.leave, name="code-leave"),
]
