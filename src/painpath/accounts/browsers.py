"""Browsers: by which cookie one is known again, what it is called, and from which network it comes."""

import ipaddress
import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from painpath.accounts.signing_in import SignedIn
from painpath.cookies import cookie

COOKIE = "painpath_browser"
_NEW = "_painpath_browser"
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrome", "Chrome"),
             ("CriOS", "Chrome"), ("Safari", "Safari"))  # fmt: skip
_DEVICES = (("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"),
            ("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


def _cookie() -> str:
    return cookie(COOKIE, https=settings.HTTPS)


def _hash(given: str) -> str:
    return salted_hmac(__name__, given, secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def browser(request: HttpRequest) -> str:
    """What is kept of this browser's cookie; empty for one that has none."""
    given = request.COOKIES.get(_cookie(), "")
    return _hash(given) if given else ""


def knows(request: HttpRequest, email: str) -> bool:
    """Whether somebody has signed in to this account with this browser before (OWASP: device cookies)."""
    return bool(SignedIn.objects.filter(user__email=email, browser=browser(request) or "none").exists())


def mark(request: HttpRequest) -> str:
    """The hash for a browser that signs in; one without a cookie is given one by `give`."""
    if found := browser(request):
        return found
    new = secrets.token_urlsafe(32)
    setattr(request, _NEW, new)
    return _hash(new)


def give(request: HttpRequest, response: HttpResponse) -> None:
    """Give the browser the cookie by which it is known again; it opens nothing."""
    if new := getattr(request, _NEW, None):
        response.set_cookie(
            _cookie(), new, max_age=SignedIn.LASTS, httponly=True, samesite="Lax", secure=settings.HTTPS
        )


def called(request: HttpRequest) -> str:
    """What a person knows their browser by: "Firefox on Windows". Said by the browser itself, so it proves nothing."""
    agent = request.headers.get("User-Agent", "")
    name = next((words for mark, words in _BROWSERS if re.search(rf"{mark}\w*/", agent)), "A browser")
    device = next((words for mark, words in _DEVICES if mark in agent), "")
    return f"{name} on {device}" if device else name


def network(address: str) -> str:
    """The network of an address: enough to see that it is another town, too little to see whose desk it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))
