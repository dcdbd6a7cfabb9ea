"""What became of a practice's referrals."""

from django.urls import path

from painpath.referrers.views import practice
from painpath.web.access import REFERRERS_AND_PRACTICES

ACCESS = {"referrers:practice": REFERRERS_AND_PRACTICES}

urlpatterns = [path("my/practice/", practice.practice, name="practice")]
