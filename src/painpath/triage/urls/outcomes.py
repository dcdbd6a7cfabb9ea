"""What follows a decision: answers, reversals, requests to look again, ends, and what is to be done."""

from django.urls import path

from painpath.triage.urls.roles import CLINICIANS, ONE, STAFF
from painpath.triage.views import outcomes
from painpath.web.access import EVERY_ROLE

ACCESS = {
    "triage:to-do": EVERY_ROLE,
    "triage:follow-ups": EVERY_ROLE,
    "triage:reply": STAFF,
    "triage:ready": STAFF,
    "triage:look-again": STAFF,
    "triage:reverse": CLINICIANS,
    "triage:gp-referral": STAFF,
    "triage:close": STAFF,
    "triage:follow-up": STAFF,
    "triage:task": STAFF,
}

urlpatterns = [
    path("to-do/", outcomes.to_do, name="to-do"),
    path("follow-ups/", outcomes.follow_ups, name="follow-ups"),
    path(ONE + "reply/", outcomes.reply, name="reply"),
    path(ONE + "ready/", outcomes.ready, name="ready"),
    path(ONE + "look-again/", outcomes.look_again, name="look-again"),
    path(ONE + "reverse/", outcomes.reverse, name="reverse"),
    path(ONE + "gp-referral/", outcomes.gp_referral, name="gp-referral"),
    path(ONE + "close/", outcomes.close, name="close"),
    path(ONE + "follow-ups/<int:follow_up>/", outcomes.follow_up, name="follow-up"),
    path(ONE + "tasks/<int:task>/", outcomes.task, name="task"),
]
