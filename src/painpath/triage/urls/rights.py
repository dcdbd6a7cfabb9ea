"""What people ask about their own data: a copy of it, or that something be put right."""

from django.urls import path

from painpath.referrals.rights.asking import GIVES
from painpath.triage.urls.roles import ONE
from painpath.triage.views import rights
from painpath.web.access import EVERY_ROLE

ACCESS = {
    "triage:rights": EVERY_ROLE,
    "triage:ask-copy": EVERY_ROLE,
    "triage:ask-correction": EVERY_ROLE,
    "triage:withdraw-request": EVERY_ROLE,
    "triage:answer-request": EVERY_ROLE,
    "triage:copy": GIVES,
    "triage:give-copy": GIVES,
    "triage:copy-file": GIVES,
}

urlpatterns = [
    path(ONE + "data/", rights.rights, name="rights"),
    path(ONE + "data/copy/", rights.ask_copy, name="ask-copy"),
    path(ONE + "data/wrong/", rights.ask_correction, name="ask-correction"),
    path(ONE + "data/<int:asked>/withdraw/", rights.withdraw, name="withdraw-request"),
    path(ONE + "data/<int:asked>/answer/", rights.answer, name="answer-request"),
    path(ONE + "data/<int:asked>/copy/", rights.copy, name="copy"),
    path(ONE + "data/<int:asked>/give/", rights.give, name="give-copy"),
    path(ONE + "data/<int:asked>/file/", rights.copy_file, name="copy-file"),
]
