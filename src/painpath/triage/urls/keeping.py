"""How long records are kept: what is due for review, what holds it, and what was destroyed."""

from django.urls import path

from painpath.triage.urls.roles import MANAGERS, ONE
from painpath.triage.views import keeping

ACCESS = {
    "triage:retention": MANAGERS,
    "triage:certificates": MANAGERS,
    "triage:keeping": MANAGERS,
    "triage:keep-longer": MANAGERS,
    "triage:hold": MANAGERS,
    "triage:end-hold": MANAGERS,
    "triage:ask-to-destroy": MANAGERS,
    "triage:agree-to-destroy": MANAGERS,
    "triage:turn-down": MANAGERS,
}

urlpatterns = [
    path("service/records-to-review/", keeping.due, name="retention"),
    path("service/destroyed-records/", keeping.certificates, name="certificates"),
    path(ONE + "keeping/", keeping.one, name="keeping"),
    path(ONE + "keeping/longer/", keeping.longer, name="keep-longer"),
    path(ONE + "keeping/hold/", keeping.hold, name="hold"),
    path(ONE + "keeping/hold/<int:hold>/end/", keeping.end_hold, name="end-hold"),
    path(ONE + "keeping/destroy/", keeping.ask, name="ask-to-destroy"),
    path(ONE + "keeping/destroy/agree/", keeping.agree, name="agree-to-destroy"),
    path(ONE + "keeping/destroy/turn-down/", keeping.turn_down, name="turn-down"),
]
