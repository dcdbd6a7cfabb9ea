"""Import of a live backlog."""

from django.urls import path

from painpath.triage.urls.roles import ADMINISTRATORS
from painpath.triage.views import importing

ACCESS = {
    "triage:import-backlog": ADMINISTRATORS,
    "triage:backlog-template": ADMINISTRATORS,
    "triage:backlog-imported": ADMINISTRATORS,
}

urlpatterns = [
    path("import/", importing.backlog, name="import-backlog"),
    path("import/template.csv", importing.backlog_template, name="backlog-template"),
    path("import/<int:entry>/", importing.backlog_imported, name="backlog-imported"),
]
