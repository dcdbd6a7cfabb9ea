"""What is not needed every day, on one page."""

from django.urls import path

from painpath.accounts.roles import CLINICIAN, MANAGER
from painpath.triage.views import letters, service
from painpath.web.access import EVERY_ROLE

_WHO_ANSWER_FOR_THEM = frozenset({CLINICIAN, MANAGER})

ACCESS = {
    "triage:service": EVERY_ROLE,
    "triage:sample-letters": _WHO_ANSWER_FOR_THEM,
    "triage:sample-letter": _WHO_ANSWER_FOR_THEM,
}

urlpatterns = [
    path("service/", service.service, name="service"),
    path("service/letters/", letters.samples, name="sample-letters"),
    path("service/letters/<str:outcome>/<str:audience>/<slug:form>/", letters.sample_letter, name="sample-letter"),
]
