"""Where referrals and documents belong: duplicates, merges, documents of somebody else."""

from django.urls import path

from painpath.triage.urls.roles import ONE, STAFF
from painpath.triage.views import filing

ACCESS = {
    "triage:duplicate": STAFF,
    "triage:unmerge": STAFF,
    "triage:move-document": STAFF,
}

urlpatterns = [
    path(ONE + "duplicates/<str:other>/", filing.duplicate, name="duplicate"),
    path(ONE + "unmerge/", filing.unmerge, name="unmerge"),
    path(ONE + "documents/<int:document>/move/", filing.move, name="move-document"),
]
