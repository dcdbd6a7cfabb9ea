"""A referrer's own referrals."""

from django.urls import path

from painpath.referrers.views import mine
from painpath.web.access import REFERRERS

ACCESS = {"referrers:mine": REFERRERS}

urlpatterns = [path("my/referrals/", mine.mine, name="mine")]
