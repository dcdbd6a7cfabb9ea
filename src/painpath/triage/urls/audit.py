"""Who did what and who looked: for auditors alone."""

from django.urls import path

from painpath.triage.views import audit
from painpath.web.access import AUDITORS

ACCESS = {
    "triage:audit": AUDITORS,
    "triage:audit-record": AUDITORS,
    "triage:audit-export": AUDITORS,
}

urlpatterns = [
    path("audit/", audit.acts, name="audit"),
    path("audit/export.csv", audit.export, name="audit-export"),
    path("audit/referrals/<str:reference>/", audit.record, name="audit-record"),
]
