"""What every answer says to the browser, whatever it is: page, redirect, error, file, JSON, style sheet.

Stands before all other middleware, so nothing gets past it. What an answer says of itself (the policy of a page with
its nonce, the stricter one of a file) stays. Django's `SecurityMiddleware` adds HSTS and sends people to HTTPS.

No reports of broken policies are collected: a report names the address of the page, and with it a referral.
`Referrer-Policy` is `same-origin` on pages reached by a code too: with `no-referrer` a browser sends no origin with a
form (Fetch, 3.2), and the check against forged forms would refuse it. No address holds a code.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from painpath.web import access

ALLOWED_OF_OURSELVES = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
"""Copying a finished text for e-RS, and signing in with a security key."""
_DENIED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "display-capture", "encrypted-media",
    "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection",
    "local-fonts", "magnetometer", "microphone", "midi", "otp-credentials", "payment", "picture-in-picture",
    "screen-wake-lock", "serial", "storage-access", "usb", "web-share", "window-management", "xr-spatial-tracking",
)  # fmt: skip
ALWAYS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        [*(f"{name}=()" for name in _DENIED), *(f"{name}=(self)" for name in ALLOWED_OF_OURSELVES)]
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Server": "web",  # else the server names itself
}
"""What is added where the answer does not say it itself. The policy is for answers that are no page: nothing at all."""
KEEPS_NOTHING, ASKS_AGAIN = "no-store", "private, no-cache"
"""`Cache-Control` of whatever may hold a word about somebody (OWASP ASVS 5, 14.3.2), and of published pages."""
LEAVES = frozenset({"account_logout", "patients:code-leave", "referrers:code-leave"})
"""Views by which somebody ends what they had open. Afterwards the browser forgets pages, and what scripts kept; the
choices of the accessibility tools and of the language are cookies, and stay."""


class HeadersMiddleware:
    """Puts `ALWAYS` on every answer, keeps patients out of caches, and empties those of who leaves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        if not _is_static(request, response):
            if _is_published(request):
                response.headers.setdefault("Cache-Control", ASKS_AGAIN)
            else:
                response.headers["Cache-Control"] = KEEPS_NOTHING
        if request.method == "POST" and request.resolver_match and request.resolver_match.view_name in LEAVES:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def _is_static(request: HttpRequest, response: HttpResponse) -> bool:
    return request.path_info.startswith(settings.STATIC_URL) and response.status_code in (200, 206, 304)


def _is_published(request: HttpRequest) -> bool:
    """A page that is the same for everybody, and not the answer to something that somebody wrote."""
    view = request.resolver_match.view_name if request.resolver_match else ""
    return request.method in ("GET", "HEAD") and access.access_table().get(view) == access.PUBLIC
