"""What is kept for figures and exports, apart from the record itself."""

from painpath.measuring.models.counts import Count, CountedReferral, CountState, Stale
from painpath.measuring.models.deprivation import PostcodeDecile

__all__ = ["Count", "CountState", "CountedReferral", "PostcodeDecile", "Stale"]
