"""A draft is changed in the browser, and previewed."""

from django.urls import path

from painpath.accounts.roles import CLINICIAN, LEAD, MANAGER
from painpath.managers.views import editing, findings, previewing

READS = frozenset({CLINICIAN, MANAGER, LEAD})
WRITES = frozenset({MANAGER, LEAD})

ACCESS: dict[str, frozenset[str]] = {
    "managers:edit": READS,
    "managers:edit-item": READS,
    "managers:edit-add": WRITES,
    "managers:edit-remove": WRITES,
    "managers:edit-move": WRITES,
    "managers:edit-lint": WRITES,
    "managers:edit-findings": READS,
    "managers:edit-try": READS,
    "managers:previews": READS,
    "managers:preview": READS,
}
"""Whoever may read a draft looks at its parts; the verbs refuse what a role may not change."""

_DRAFT = "pathway/draft/<uuid:key>"
urlpatterns = [
    path(f"{_DRAFT}/edit/", editing.overview, name="edit"),
    path(f"{_DRAFT}/edit/<path:place>/", editing.item, name="edit-item"),
    path(f"{_DRAFT}/add/<path:place>/", editing.add, name="edit-add"),
    path(f"{_DRAFT}/remove/<path:place>/", editing.remove, name="edit-remove"),
    path(f"{_DRAFT}/move/<path:place>/", editing.move, name="edit-move"),
    path(f"{_DRAFT}/lint/<path:place>/", editing.lint, name="edit-lint"),
    path(f"{_DRAFT}/findings/<slug:criterion>/", findings.rules, name="edit-findings"),
    path(f"{_DRAFT}/findings/<slug:criterion>/try/", findings.try_it, name="edit-try"),
    path(f"{_DRAFT}/preview/", previewing.previews, name="previews"),
    path(f"{_DRAFT}/preview/<slug:kind>/", previewing.preview, name="preview"),
    path(f"{_DRAFT}/preview/<slug:kind>/<slug:one>/", previewing.preview, name="preview"),
]
