"""What is kept for figures and exports, apart from the record itself."""

from painpath.measuring.models.counts import Count, CountedReferral, CountState, Stale
from painpath.measuring.models.deprivation import PostcodeDecile
from painpath.measuring.models.exporting import ExportPiece, RecordExport

__all__ = ["Count", "CountState", "CountedReferral", "ExportPiece", "PostcodeDecile", "RecordExport", "Stale"]
