"""Drafts of what is published, their comparison, approval and earlier versions."""

from django.urls import path

from painpath.accounts.roles import CLINICIAN, LEAD, MANAGER
from painpath.managers.views import publishing as views
from painpath.managers.views import versions, withdrawing

READS = frozenset({CLINICIAN, MANAGER, LEAD})
"""Drafts may be read, and approved."""
WRITES = frozenset({MANAGER, LEAD})

ACCESS: dict[str, frozenset[str]] = {
    "managers:pathway": READS,
    "managers:draft": READS,
    "managers:draft-compare": READS,
    "managers:draft-approve": READS,
    "managers:draft-send-back": READS,
    "managers:draft-zip": READS,
    "managers:draft-fhir": READS,
    "managers:version": READS,
    "managers:version-compare": READS,
    "managers:version-zip": READS,
    "managers:version-fhir": READS,
    "managers:draft-start": WRITES,
    "managers:draft-import": WRITES,
    "managers:draft-catch-up": WRITES,
    "managers:draft-drop": WRITES,
    "managers:draft-submit": frozenset({LEAD}),
    "managers:publication-withdraw": frozenset({LEAD}),
    "managers:publication-again": WRITES,
}
NAVIGATION = (("Pathway", "managers:pathway"),)

urlpatterns = [
    path("pathway/", views.overview, name="pathway"),
    path("pathway/draft/", views.start, name="draft-start"),
    path("pathway/draft/import/", views.take_in, name="draft-import"),
    path("pathway/draft/<uuid:key>/", views.draft, name="draft"),
    path("pathway/draft/<uuid:key>/compare/", views.compare, name="draft-compare"),
    path("pathway/draft/<uuid:key>/catch-up/", views.catch_up, name="draft-catch-up"),
    path("pathway/draft/<uuid:key>/submit/", views.submit, name="draft-submit"),
    path("pathway/draft/<uuid:key>/approve/", views.approve, name="draft-approve"),
    path("pathway/draft/<uuid:key>/send-back/", views.send_back, name="draft-send-back"),
    path("pathway/draft/<uuid:key>/drop/", views.drop, name="draft-drop"),
    path("pathway/draft/<uuid:key>/zip/", views.download, name="draft-zip"),
    path("pathway/draft/<uuid:key>/fhir/", views.download_fhir, name="draft-fhir"),
    path("pathway/publication/<int:publication>/withdraw/", withdrawing.withdraw, name="publication-withdraw"),
    path("pathway/publication/<int:publication>/again/", withdrawing.again, name="publication-again"),
    path("pathway/version/<int:version>/", versions.whole, name="version"),
    path("pathway/version/<int:version>/compare/", versions.compare, name="version-compare"),
    path("pathway/version/<int:version>/zip/", versions.download, name="version-zip"),
    path("pathway/version/<int:version>/fhir/", versions.download_fhir, name="version-fhir"),
]
