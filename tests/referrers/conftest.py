"""The people and referrals of the record's own tests."""

from tests.referrals.conftest import received, referrer_account, screening, team, waiting

__all__ = ["received", "referrer_account", "screening", "team", "waiting"]
