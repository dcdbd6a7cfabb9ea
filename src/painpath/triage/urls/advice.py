"""Advice and guidance: the conversation with the referrer, the reply in e-RS, advice to use again."""

from django.urls import path

from painpath.triage.urls.roles import CLINICIANS, ONE, STAFF
from painpath.triage.views import advice, conversation, ers
from painpath.web.access import EVERY_ROLE

ACCESS = {
    "triage:conversation": EVERY_ROLE,
    "triage:conversation-add": STAFF,
    "triage:verdict": STAFF,
    "triage:ers": EVERY_ROLE,
    "triage:ers-sent": STAFF,
    "triage:ers-not-sent": STAFF,
    "triage:advice": CLINICIANS,
    "triage:advice-add": CLINICIANS,
    "triage:advice-change": CLINICIANS,
    "triage:advice-renew": CLINICIANS,
    "triage:advice-retire": CLINICIANS,
}

urlpatterns = [
    path(ONE + "conversation/", conversation.conversation, name="conversation"),
    path(ONE + "conversation/add/", conversation.add, name="conversation-add"),
    path(ONE + "conversation/verdict/", conversation.verdict, name="verdict"),
    path(ONE + "e-rs/", ers.ers, name="ers"),
    path(ONE + "e-rs/<int:dispatch>/sent/", ers.sent, name="ers-sent"),
    path(ONE + "e-rs/<int:dispatch>/not-sent/", ers.not_sent, name="ers-not-sent"),
    path("advice/", advice.library, name="advice"),
    path("advice/add/", advice.add, name="advice-add"),
    path("advice/<int:paragraph>/change/", advice.change, name="advice-change"),
    path("advice/<int:paragraph>/renew/", advice.renew, name="advice-renew"),
    path("advice/<int:paragraph>/retire/", advice.retire, name="advice-retire"),
]
