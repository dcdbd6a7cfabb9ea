"""What opens GOV.UK Notify for a service, from the environment of the site; read where it is asked, kept nowhere."""

import os
import re

from django.conf import settings

from painpath.accounts.models import Service

CHANNELS = {"notify": "letter", "email": "email", "sms": "sms"}
"""What Notify carries by our channels, and how it calls that."""
KEY = "PAINPATH_NOTIFY_KEY"
TEMPLATES = {"email": "PAINPATH_NOTIFY_EMAIL_TEMPLATE", "sms": "PAINPATH_NOTIFY_SMS_TEMPLATE"}


def setting(service: Service, name: str) -> str:
    """This name of the environment, with the service's slug behind it, else as it is; empty for none."""
    slug = re.sub(r"[^A-Z0-9]", "_", service.slug.upper())
    return (os.environ.get(f"{name}_{slug}") or os.environ.get(name, "")).strip()


def has_key(service: Service) -> bool:
    """Whether this service has an account there; never in the demonstration, whose people are invented."""
    return not settings.DEMO and bool(setting(service, KEY))


def has_all_for(service: Service, channel: str) -> bool:
    """Whether everything stands in the environment that this channel needs: e-mails and texts need a template."""
    if channel not in CHANNELS or not has_key(service):
        return False
    return channel not in TEMPLATES or bool(setting(service, TEMPLATES[channel]))
