"""What is counted."""

from django.urls import URLPattern

ACCESS: dict[str, frozenset[str]] = {}
urlpatterns: list[URLPattern] = []
