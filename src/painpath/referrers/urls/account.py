"""A referrer's account: asking for one, and their own details."""

from django.urls import path

from painpath.referrers.views import account
from painpath.web.access import REFERRERS, VISITOR

ACCESS = {"referrers:ask": VISITOR, "referrers:asked": VISITOR, "referrers:details": REFERRERS}

urlpatterns = [
    path("services/<slug:service>/account/", account.ask, name="ask"),
    path("services/<slug:service>/account/asked/", account.asked, name="asked"),
    path("my/details/", account.details, name="details"),
]
