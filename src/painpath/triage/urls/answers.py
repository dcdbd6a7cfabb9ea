"""Questionnaires of one referral: what came back, and what is typed in from paper or on the phone."""

from django.urls import path

from painpath.triage.urls.roles import ONE, STAFF
from painpath.triage.views import answers

ACCESS = {
    "triage:answers": STAFF,
    "triage:enter-answers": STAFF,
    "triage:take-answers": STAFF,
    "triage:answers-paper": STAFF,
}

urlpatterns = [
    path(ONE + "answers/", answers.answers, name="answers"),
    path(ONE + "answers/enter/<int:form>/", answers.enter, name="enter-answers"),
    path(ONE + "answers/paper/<int:form>/", answers.on_paper, name="answers-paper"),
    path(ONE + "answers/take/", answers.take, name="take-answers"),
]
