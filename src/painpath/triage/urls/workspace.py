"""The workspace of one referral beyond its criteria: marked words, earlier referrals, discussion; and the MDT list."""

from django.urls import path

from painpath.triage.urls.roles import CLINICIANS, ONE, STAFF
from painpath.triage.views import discussion, workspace
from painpath.web.access import EVERY_ROLE

ACCESS = {
    "triage:add-evidence": CLINICIANS,
    "triage:take-back-evidence": CLINICIANS,
    "triage:earlier": EVERY_ROLE,
    "triage:discussion": STAFF,
    "triage:meeting-add": STAFF,
    "triage:meeting": STAFF,
    "triage:meeting-agreed": STAFF,
}

urlpatterns = [
    path(ONE + "evidence/", workspace.add_evidence, name="add-evidence"),
    path(ONE + "evidence/<int:evidence>/take-back/", workspace.take_back_evidence, name="take-back-evidence"),
    path(ONE + "earlier/", workspace.earlier, name="earlier"),
    path(ONE + "discussion/", discussion.discussion, name="discussion"),
    path(ONE + "discussion/mdt/", discussion.put_on_meeting_list, name="meeting-add"),
    path("mdt/", discussion.meeting_list, name="meeting"),
    path("mdt/<int:item>/", discussion.agreed, name="meeting-agreed"),
]
