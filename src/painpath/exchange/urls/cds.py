"""CDS Hooks, and the page on which the team sees what became of its cards."""

from django.urls import path

from painpath.exchange.cds import shown, views
from painpath.web.access import EVERY_ROLE, PROGRAM

ACCESS = {
    "exchange:cds-services": PROGRAM,
    "exchange:cds-call": PROGRAM,
    "exchange:cds-feedback": PROGRAM,
    "exchange:cards": EVERY_ROLE,
}

_SERVICES = "services/<slug:service>/cds-services"

urlpatterns = [
    path(_SERVICES, views.discovery, name="cds-services"),
    path(f"{_SERVICES}/<str:name>", views.call, name="cds-call"),
    path(f"{_SERVICES}/<str:name>/feedback", views.told, name="cds-feedback"),
    path("service/cards/", shown.cards, name="cards"),
]
