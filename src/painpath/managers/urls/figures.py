"""What is counted."""

from django.urls import path

from painpath.managers.views import figures
from painpath.web.access import EVERY_ROLE

ACCESS = {
    "managers:figures": EVERY_ROLE,
    "managers:equity": EVERY_ROLE,
    "managers:missing": EVERY_ROLE,
    "managers:figure": EVERY_ROLE,
    "managers:figure-line": EVERY_ROLE,
    "managers:figure-file": EVERY_ROLE,
}

NAVIGATION = (("Figures", "managers:figures"),)

urlpatterns = [
    path("figures/", figures.figures, name="figures"),
    path("figures/equity/", figures.equity, name="equity"),
    path("figures/missing/", figures.missing, name="missing"),
    path("figures/<str:figure>/", figures.figure, name="figure"),
    path("figures/<str:figure>/line.svg", figures.line, name="figure-line"),
    path("figures/<str:figure>/download.<str:form>", figures.download, name="figure-file"),
]
