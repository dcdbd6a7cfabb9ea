"""The part of the settings that concerns the look: templates, static files, Content-Security-Policy. No secrets."""

import os
import sys
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF

_CHECKOUT = Path(__file__).resolve().parents[3]

SITE_NAME = os.environ.get("PAINPATH_NAME", "Pain service referrals")
"""Stands in the header until somebody has signed in; then the name of their service does."""

TEMPLATES = [
    {
        "NAME": "jinja",
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {
            "environment": "painpath.web.jinja.environment",
            "context_processors": [
                "django.contrib.messages.context_processors.messages",
                "painpath.web.frame.context",
            ],
        },
    },
]
FORM_RENDERER = "painpath.web.forms.rendering.Renderer"

STATIC_URL = "/static/"
STATIC_ROOT = (
    _CHECKOUT / "build" / "static"
    if (_CHECKOUT / "package.json").exists()
    else Path(sys.prefix, "share/painpath/static")
)
"""Filled by `python -m painpath.web.assets`."""
LOCALE_PATHS = [STATIC_ROOT.parent / "locale"]
"""Compiled catalogues; filled by `painpath.web.assets` too."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "painpath.web.storage.StaticStorage"},
}

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],  # a page that waits asks for itself
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": [NONE],  # no script of ours writes markup, and none may
    }
}

ACCOUNT_FORMS = {
    "login": "painpath.web.signin.SignIn",
    "change_password": "painpath.web.signin.ChangePassword",
    "set_password": "painpath.web.signin.SetPassword",
    "reset_password": "painpath.web.signin.ResetPassword",
    "reset_password_from_key": "painpath.web.signin.ResetPasswordKey",
    "reauthenticate": "painpath.web.signin.Reauthenticate",
}
MFA_FORMS = {
    "authenticate": "painpath.web.signin.EnterCode",
    "reauthenticate": "painpath.web.signin.EnterCodeAgain",
    "add_webauthn": "painpath.web.signin.AddPasskey",
    "activate_totp": "painpath.web.signin.SetUpApp",
}
