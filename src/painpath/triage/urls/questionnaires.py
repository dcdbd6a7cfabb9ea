"""Questionnaires of the service."""

from django.urls import path

from painpath.accounts.roles import MANAGER
from painpath.triage.views import questionnaires
from painpath.web.access import EVERY_ROLE

MANAGERS = frozenset({MANAGER})

ACCESS = {
    "triage:questionnaires": EVERY_ROLE,
    "triage:questionnaire-shipped": EVERY_ROLE,
    "triage:questionnaire": EVERY_ROLE,
    "triage:questionnaire-upload": MANAGERS,
    "triage:questionnaire-safety": MANAGERS,
    "triage:questionnaire-licence": MANAGERS,
    "triage:questionnaire-licence-file": MANAGERS,
    "triage:questionnaire-publish": MANAGERS,
    "triage:questionnaire-end": MANAGERS,
}

urlpatterns = [
    path("questionnaires/", questionnaires.overview, name="questionnaires"),
    path("questionnaires/upload/", questionnaires.upload, name="questionnaire-upload"),
    path("questionnaires/safety/", questionnaires.asks_about_safety, name="questionnaire-safety"),
    path("questionnaires/pathway/<slug:name>/", questionnaires.shipped, name="questionnaire-shipped"),
    path("questionnaires/<int:own>/", questionnaires.one, name="questionnaire"),
    path("questionnaires/<int:own>/licence/", questionnaires.licence, name="questionnaire-licence"),
    path("questionnaires/<int:own>/licence/<int:licence>/", questionnaires.licence_file,
         name="questionnaire-licence-file"),
    path("questionnaires/<int:own>/publish/", questionnaires.publish, name="questionnaire-publish"),
    path("questionnaires/<int:own>/end/", questionnaires.end, name="questionnaire-end"),
]  # fmt: skip
