"""Addresses of the team door, and who may open each. References are random: no address says who a patient is."""

from django.urls import path

from painpath.accounts.roles import ADMINISTRATOR, CLINICIAN
from painpath.triage.views import actions, decision, receiving, referral, screening, worklist
from painpath.web.access import EVERY_ROLE

app_name = "triage"

_STAFF = frozenset({ADMINISTRATOR, CLINICIAN})
_CLINICIANS = frozenset({CLINICIAN})

ACCESS = {
    "triage:worklist": EVERY_ROLE,
    "triage:search": EVERY_ROLE,
    "triage:referral": EVERY_ROLE,
    "triage:timeline": EVERY_ROLE,
    "triage:original": EVERY_ROLE,
    "triage:letter": EVERY_ROLE,
    "triage:receive": _STAFF,
    "triage:register": _STAFF,
    "triage:add-documents": _STAFF,
    "triage:alert": _STAFF,
    "triage:reply": _STAFF,
    "triage:return": _STAFF,
    "triage:hand-over": _STAFF,
    "triage:close": _STAFF,
    "triage:take-back": _STAFF,
    "triage:follow": _STAFF,
    "triage:screening-step": _CLINICIANS,
    "triage:judge": _CLINICIANS,
    "triage:decide": _CLINICIANS,
    "triage:decide-details": _CLINICIANS,
    "triage:decide-letters": _CLINICIANS,
}

_ONE = "referrals/<str:reference>/"

urlpatterns = [
    path("", worklist.worklist, name="worklist"),
    path("search/", worklist.search, name="search"),
    path("receive/", receiving.receive, name="receive"),
    path(_ONE, referral.referral, name="referral"),
    path(_ONE + "timeline/", referral.timeline, name="timeline"),
    path(_ONE + "documents/", receiving.add_documents, name="add-documents"),
    path(_ONE + "documents/<int:document>/", referral.original, name="original"),
    path(_ONE + "letters/<int:letter>/", referral.letter, name="letter"),
    path(_ONE + "register/", receiving.register, name="register"),
    path(_ONE + "follow/", receiving.follow, name="follow"),
    path(_ONE + "screening/<str:step>/", screening.step, name="screening-step"),
    path(_ONE + "criteria/<str:criterion>/", screening.judge, name="judge"),
    path(_ONE + "alerts/<int:alert>/", screening.alert, name="alert"),
    path(_ONE + "decide/", decision.outcome, name="decide"),
    path(_ONE + "decide/details/", decision.details, name="decide-details"),
    path(_ONE + "decide/letters/", decision.letters, name="decide-letters"),
    path(_ONE + "reply/", actions.reply, name="reply"),
    path(_ONE + "return/", actions.return_to_screening, name="return"),
    path(_ONE + "hand-over/", actions.hand_over, name="hand-over"),
    path(_ONE + "close/", actions.close, name="close"),
    path(_ONE + "take-back/", actions.take_back, name="take-back"),
]

NAVIGATION = (("Worklist", "triage:worklist"), ("Receive a referral", "triage:receive"))
