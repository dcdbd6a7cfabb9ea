"""What a code has opened, as the session keeps it: for tests that do not go through the door of codes."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.test import Client
from django.urls import reverse

from painpath.patients import seen
from painpath.referrals.models import Referral


def opened(referral: Referral) -> Client:
    """A browser in which the patient's code has opened this referral."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(referral)
    return client


def session_of(referral: Referral) -> str:
    """The key of a new session in which this referral is open."""
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    store.create()
    seen.open_by_code(SimpleNamespace(session=store), referral.service, referral)  # type: ignore[arg-type]
    store.save()
    return str(store.session_key)


def address(referral: Referral, name: str, **more: Any) -> str:
    """The address of a page of the patients' door about this referral."""
    return reverse(f"patients:{name}", kwargs={"service": referral.service.slug, **more})
