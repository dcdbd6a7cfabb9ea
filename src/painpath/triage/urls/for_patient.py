"""What the patient sees of their referral, from the team's side."""

from django.urls import path

from painpath.triage.urls.roles import ONE, STAFF
from painpath.triage.views import for_patient

ACCESS = dict.fromkeys(("triage:print-for-patient", "triage:send-code"), STAFF)

urlpatterns = [
    path(ONE + "print-for-patient/", for_patient.print_for_patient, name="print-for-patient"),
    path(ONE + "send-code/", for_patient.send_code, name="send-code"),
]
