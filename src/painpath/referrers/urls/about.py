"""What anybody may read about a service: its front page, and its pages for practitioners."""

from django.urls import path

from painpath.referrers.views import about
from painpath.web.access import PUBLIC

ACCESS = {
    "referrers:services": PUBLIC,
    "referrers:service": PUBLIC,
    "referrers:practitioners": PUBLIC,
    "referrers:criteria": PUBLIC,
    "referrers:how_to_refer": PUBLIC,
    "referrers:what_happens_next": PUBLIC,
    "referrers:summary": PUBLIC,
    "referrers:letter_template": PUBLIC,
}

_PRACTITIONERS = "services/<slug:service>/practitioners/"

urlpatterns = [
    path("services/", about.services, name="services"),
    path("services/<slug:service>/", about.service, name="service"),
    path(_PRACTITIONERS, about.practitioners, name="practitioners"),
    path(f"{_PRACTITIONERS}criteria/", about.criteria, name="criteria"),
    path(f"{_PRACTITIONERS}how-to-refer/", about.how_to_refer, name="how_to_refer"),
    path(f"{_PRACTITIONERS}what-happens-next/", about.what_happens_next, name="what_happens_next"),
    path(f"{_PRACTITIONERS}summary.pdf", about.summary, name="summary"),
    path(f"{_PRACTITIONERS}letter-template.<str:form>", about.letter_template, name="letter_template"),
]
