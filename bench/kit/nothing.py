"""The program's addresses and one more: a page that says nothing, yet opens the scope of a service like every other."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from painpath.urls import handler400, handler403, handler404, handler500  # noqa: F401 Django looks for them here
from painpath.urls import urlpatterns as program
from painpath.web.access import EVERY_ROLE

ACCESS = {"nothing": EVERY_ROLE}


def nothing(request: HttpRequest) -> HttpResponse:
    """One word."""
    return HttpResponse("nothing")


urlpatterns = [*program, path("nothing/", nothing, name="nothing")]
