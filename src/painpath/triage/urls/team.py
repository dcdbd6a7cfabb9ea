"""The team: who works here, who comes, who leaves."""

from django.urls import path

from painpath.triage.urls.roles import ADMINISTRATORS
from painpath.triage.views import team

ACCESS = {
    "triage:team": ADMINISTRATORS,
    "triage:invite": ADMINISTRATORS,
    "triage:member": ADMINISTRATORS,
    "triage:edit-member": ADMINISTRATORS,
    "triage:member-link": ADMINISTRATORS,
    "triage:member-lead": ADMINISTRATORS,
    "triage:end-membership": ADMINISTRATORS,
    "triage:remove-factor": ADMINISTRATORS,
}

urlpatterns = [
    path("team/", team.team, name="team"),
    path("team/invite/", team.invite, name="invite"),
    path("team/<int:member>/", team.person, name="member"),
    path("team/<int:member>/change/", team.edit, name="edit-member"),
    path("team/<int:member>/link/", team.send_link, name="member-link"),
    path("team/<int:member>/lead/", team.lead, name="member-lead"),
    path("team/<int:member>/end/", team.end, name="end-membership"),
    path("team/<int:member>/second-factor/", team.remove_factor, name="remove-factor"),
]
