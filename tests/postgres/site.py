"""The smallest Django project on `painpath.postgres`: tables of procrastinate, and one page that asks the database."""

import os
import time
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from painpath import postgres

SECRET_KEY = "a key for tests only"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = __name__
HOME, METRICS_TOKEN = postgres.home(os.environ), ""
MIDDLEWARE = ["painpath.keeping.middleware.KeepingMiddleware"]
INSTALLED_APPS = ["django.contrib.contenttypes", "procrastinate.contrib.django"]
DATABASES = postgres.databases(os.environ)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True


def whoami(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        return HttpResponse(f"{cursor.fetchone()[0]} {os.getpid()}")


def slow(request: HttpRequest) -> HttpResponse:
    """Begins, thinks for a second, and keeps a word."""
    for word, pause in (("begun", 1), ("kept", 0)):
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into django_content_type (app_label, model) values ('slow', %s) on conflict do nothing", [word]
            )
        time.sleep(pause)
    return HttpResponse("kept")


def monitored(name: str) -> Callable[[HttpRequest], HttpResponse]:
    """A view of the program's own for monitors, imported when it is asked: this module is the settings too."""

    def view(request: HttpRequest) -> HttpResponse:
        from painpath.keeping import views

        answer: HttpResponse = getattr(views, name)(request)
        return answer

    return view


urlpatterns = [
    path("", whoami),
    path("slow", slow),
    path("health/live", monitored("live")),
    path("health/ready", monitored("ready")),
]
