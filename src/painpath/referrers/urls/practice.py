"""What became of a practice's referrals."""

from django.urls import path

from painpath.referrers.views import practice
from painpath.web.access import REFERRERS

ACCESS = {"referrers:practice": REFERRERS}

urlpatterns = [path("my/practice/", practice.practice, name="practice")]
