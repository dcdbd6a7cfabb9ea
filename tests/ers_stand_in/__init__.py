"""A stand-in for NHS e-RS and its sign-in, with a memory: for tests. It is our reading of the published document."""

from tests.ers_stand_in.server import StandIn

__all__ = ["StandIn"]
