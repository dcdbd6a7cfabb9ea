"""Another service is started from its page."""

from django.urls import path

from painpath.accounts.roles import LEAD, MANAGER
from painpath.managers.views import starting as views

WRITES = frozenset({MANAGER, LEAD})

ACCESS: dict[str, frozenset[str]] = {
    "managers:new-service": WRITES,
    "managers:new-service-review": WRITES,
    "managers:new-service-clause": WRITES,
}

urlpatterns = [
    path("another-service/", views.start, name="new-service"),
    path("another-service/<uuid:key>/", views.review, name="new-service-review"),
    path("another-service/<uuid:key>/<slug:clause>/", views.clause, name="new-service-clause"),
]
