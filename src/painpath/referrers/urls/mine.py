"""A referrer's own referrals, or those of a practice."""

from django.urls import path

from painpath.referrers.views import mine
from painpath.web.access import REFERRERS_AND_PRACTICES

ACCESS = {"referrers:mine": REFERRERS_AND_PRACTICES}

urlpatterns = [path("my/referrals/", mine.mine, name="mine")]
