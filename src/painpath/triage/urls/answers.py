"""Questionnaires of one referral: what came back."""

from django.urls import path

from painpath.triage.urls.roles import ONE, STAFF
from painpath.triage.views import answers

ACCESS = {"triage:answers": STAFF}

urlpatterns = [path(ONE + "answers/", answers.answers, name="answers")]
