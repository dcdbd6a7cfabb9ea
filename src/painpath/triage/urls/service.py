"""What is not needed every day, on one page."""

from django.urls import path

from painpath.triage.views import service
from painpath.web.access import EVERY_ROLE

ACCESS = {"triage:service": EVERY_ROLE}

urlpatterns = [path("service/", service.service, name="service")]
