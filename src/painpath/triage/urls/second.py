"""Blind second screening, and how far two clinicians agree."""

from django.urls import path

from painpath.triage.urls.roles import CLINICIANS
from painpath.triage.views import second
from painpath.web.access import EVERY_ROLE

ACCESS = {
    "triage:second-list": CLINICIANS,
    "triage:second": CLINICIANS,
    "triage:second-start": CLINICIANS,
    "triage:second-give-back": CLINICIANS,
    "triage:second-alert": CLINICIANS,
    "triage:agreement": EVERY_ROLE,
}

urlpatterns = [
    path("second/", second.waiting, name="second-list"),
    path("second/<str:reference>/", second.one, name="second"),
    path("second/<str:reference>/start/", second.start, name="second-start"),
    path("second/<str:reference>/give-back/", second.give_back, name="second-give-back"),
    path("second/<str:reference>/alerts/<int:alert>/", second.alert, name="second-alert"),
    path("agreement/", second.agreement, name="agreement"),
]
