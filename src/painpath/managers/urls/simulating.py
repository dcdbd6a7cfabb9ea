"""A draft is tried on past referrals."""

from django.urls import URLPattern

ACCESS: dict[str, frozenset[str]] = {}
urlpatterns: list[URLPattern] = []
