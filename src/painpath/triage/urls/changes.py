"""What was reported as changed."""

from django.urls import path

from painpath.triage.urls.roles import CLINICIANS, ONE
from painpath.triage.views import changes

ACCESS = {"triage:change": CLINICIANS}

urlpatterns = [path(ONE + "changes/<int:change>/", changes.read, name="change")]
