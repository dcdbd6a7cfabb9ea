"""What the patient sees of their referral, from the team's side."""

from django.urls import path

from painpath.triage.urls.roles import ONE, STAFF
from painpath.triage.views import for_patient
from painpath.web.access import EVERY_ROLE

ACCESS = {"triage:print-for-patient": EVERY_ROLE, "triage:send-code": STAFF}

urlpatterns = [
    path(ONE + "print-for-patient/", for_patient.print_for_patient, name="print-for-patient"),
    path(ONE + "send-code/", for_patient.send_code, name="send-code"),
]
