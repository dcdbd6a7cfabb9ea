"""Another service is started from its page."""

from django.urls import URLPattern

ACCESS: dict[str, frozenset[str]] = {}
urlpatterns: list[URLPattern] = []
