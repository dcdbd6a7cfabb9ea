"""Accounts of those who refer: who asks, who has one, who is invited."""

from django.urls import path

from painpath.triage.urls.roles import STAFF
from painpath.triage.views import referrers

ACCESS = {
    "triage:referrers": STAFF,
    "triage:invite-referrer": STAFF,
    "triage:referrer": STAFF,
    "triage:referrer-link": STAFF,
    "triage:decline-referrer": STAFF,
    "triage:join-referrer": STAFF,
    "triage:end-referrer": STAFF,
}

urlpatterns = [
    path("referrers/", referrers.referrers, name="referrers"),
    path("referrers/invite/", referrers.invite, name="invite-referrer"),
    path("referrers/<int:referrer>/", referrers.referrer, name="referrer"),
    path("referrers/<int:referrer>/link/", referrers.send_link, name="referrer-link"),
    path("referrers/<int:referrer>/decline/", referrers.decline, name="decline-referrer"),
    path("referrers/<int:referrer>/join/", referrers.join, name="join-referrer"),
    path("referrers/<int:referrer>/end/", referrers.end, name="end-referrer"),
]
