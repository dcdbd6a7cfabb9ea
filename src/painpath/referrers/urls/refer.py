"""Referring online: a draft, page by page, and the receipt. A draft's random key stands in its addresses."""

from django.urls import path

from painpath.referrers.views import refer
from painpath.web.access import REFERRERS

ACCESS = {
    "referrers:refer": REFERRERS,
    "referrers:draft": REFERRERS,
    "referrers:draft-letter": REFERRERS,
    "referrers:draft-file": REFERRERS,
    "referrers:draft-part": REFERRERS,
    "referrers:draft-check": REFERRERS,
    "referrers:draft-delete": REFERRERS,
    "referrers:receipt": REFERRERS,
}

urlpatterns = [
    path("my/refer/", refer.start, name="refer"),
    path("my/refer/sent/<str:reference>/", refer.receipt, name="receipt"),
    path("my/refer/<uuid:key>/", refer.tasks, name="draft"),
    path("my/refer/<uuid:key>/letter/", refer.letter, name="draft-letter"),
    path("my/refer/<uuid:key>/letter/<int:file>/remove/", refer.remove_file, name="draft-file"),
    path("my/refer/<uuid:key>/check/", refer.check, name="draft-check"),
    path("my/refer/<uuid:key>/delete/", refer.delete, name="draft-delete"),
    path("my/refer/<uuid:key>/<slug:part>/", refer.part, name="draft-part"),
]
