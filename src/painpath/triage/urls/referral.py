"""One referral: the workspace, its timeline and its files; the smaller verbs."""

from django.urls import path

from painpath.triage.urls.roles import CLINICIANS, ONE, STAFF
from painpath.triage.views import actions, letters, referral, screening
from painpath.web.access import EVERY_ROLE

ACCESS = {
    "triage:referral": EVERY_ROLE,
    "triage:timeline": EVERY_ROLE,
    "triage:original": EVERY_ROLE,
    "triage:letter": EVERY_ROLE,
    "triage:letter-page": EVERY_ROLE,
    "triage:letter-in": EVERY_ROLE,
    "triage:alert": STAFF,
    "triage:return": STAFF,
    "triage:hand-over": STAFF,
    "triage:take-back": STAFF,
    "triage:screening-step": CLINICIANS,
    "triage:judge": CLINICIANS,
}

urlpatterns = [
    path(ONE, referral.referral, name="referral"),
    path(ONE + "timeline/", referral.timeline, name="timeline"),
    path(ONE + "documents/<int:document>/", referral.original, name="original"),
    path(ONE + "letters/<int:letter>/", letters.signed, name="letter"),
    path(ONE + "letters/<int:letter>/page/", letters.page, name="letter-page"),
    path(ONE + "letters/<int:letter>/in/<slug:form>/", letters.in_form, name="letter-in"),
    path(ONE + "screening/<str:step>/", screening.step, name="screening-step"),
    path(ONE + "criteria/<str:criterion>/", screening.judge, name="judge"),
    path(ONE + "alerts/<int:alert>/", screening.alert, name="alert"),
    path(ONE + "return/", actions.return_to_screening, name="return"),
    path(ONE + "hand-over/", actions.hand_over, name="hand-over"),
    path(ONE + "take-back/", actions.take_back, name="take-back"),
]
