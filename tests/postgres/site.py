"""The smallest Django project on `painpath.postgres`: tables of procrastinate, and one page that asks the database."""

import os

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

from painpath import postgres

SECRET_KEY = "a key for tests only"
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = __name__
INSTALLED_APPS = ["django.contrib.contenttypes", "procrastinate.contrib.django"]
DATABASES = postgres.databases(os.environ)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True


def whoami(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        return HttpResponse(f"{cursor.fetchone()[0]} {os.getpid()}")


urlpatterns = [path("", whoami)]
