"""The steps on a cloud in memory, alone and one after another: the world of the tests of steps."""

from tests.unit.handlers.conftest import aws, few, serve, waits_s, world

__all__ = ["aws", "few", "serve", "waits_s", "world"]
