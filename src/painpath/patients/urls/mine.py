"""One's own referral, behind the code: where it is, what is asked, the letters, and what somebody can tell the team."""

from django.urls import path

from painpath.patients.views import mine
from painpath.web.access import VISITOR

_PAGES = (("", mine.status, "status"),)

ACCESS = {f"patients:{name}": VISITOR for _, _, name in _PAGES}

urlpatterns = [path(f"services/<slug:service>/my-referral/{tail}", view, name=name) for tail, view, name in _PAGES]
