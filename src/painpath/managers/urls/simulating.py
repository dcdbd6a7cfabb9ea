"""A draft is tried on past referrals."""

from django.urls import path

from painpath.accounts.roles import CLINICIAN, LEAD, MANAGER
from painpath.managers.views import simulating as views

_WHO = frozenset({CLINICIAN, MANAGER, LEAD})

ACCESS: dict[str, frozenset[str]] = {
    "managers:simulate": _WHO,
    "managers:simulation": _WHO,
    "managers:simulation-stop": _WHO,
}

urlpatterns = [
    path("pathway/draft/<uuid:key>/simulate/", views.start, name="simulate"),
    path("pathway/simulation/<uuid:key>/", views.simulation, name="simulation"),
    path("pathway/simulation/<uuid:key>/stop/", views.stop, name="simulation-stop"),
]
