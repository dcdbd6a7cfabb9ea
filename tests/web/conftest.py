"""Tests of the page frame and the form kit: no database; pages of their own behind the program's real settings."""

from collections.abc import Iterator

import pytest
from django.test import Client, override_settings

from tests.browsing import serving

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "painpath.web.errors.AnswersMiddleware",
    "tests.web.sink.somebody",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]


SETTINGS = override_settings(
    ROOT_URLCONF="tests.web.sink",
    MIDDLEWARE=MIDDLEWARE,
    MESSAGE_STORAGE="django.contrib.messages.storage.cookie.CookieStorage",
    DEMO=True,
)


@pytest.fixture
def sink(static_files: None) -> Iterator[str]:
    """The address of the kitchen sink: a page with every component."""
    with SETTINGS, serving() as address:
        yield address


@pytest.fixture
def client(static_files: None) -> Iterator[Client]:
    """The kitchen sink without a browser; what fails is answered, and a form needs its token."""
    with SETTINGS:
        yield Client(raise_request_exception=False, enforce_csrf_checks=True)
