"""What a patient needs so that they can read, hear and answer us."""

from django.urls import path

from painpath.triage.urls.roles import ONE, STAFF
from painpath.triage.views import needs

ACCESS = {"triage:needs": STAFF}

urlpatterns = [path(ONE + "needs/", needs.needs, name="needs")]
