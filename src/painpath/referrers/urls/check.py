"""Check before you send."""

from django.urls import path

from painpath.referrers.views import check
from painpath.web.access import PUBLIC

ACCESS = {"referrers:check": PUBLIC}

urlpatterns = [path("services/<slug:service>/practitioners/check/", check.check, name="check")]
