"""The people and referrals of the record's own tests."""

from tests.referrals.conftest import received, screening, team, waiting

__all__ = ["received", "screening", "team", "waiting"]
