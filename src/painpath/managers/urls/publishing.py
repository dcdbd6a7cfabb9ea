"""Drafts of what is published, their comparison, approval and earlier versions."""

from django.urls import URLPattern

ACCESS: dict[str, frozenset[str]] = {}
urlpatterns: list[URLPattern] = []
