"""A draft is changed in the browser, and previewed."""

from django.urls import URLPattern

ACCESS: dict[str, frozenset[str]] = {}
urlpatterns: list[URLPattern] = []
