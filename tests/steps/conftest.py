"""The steps one after another, on a cloud in memory: the world of the tests of single steps."""

from tests.unit.handlers.conftest import aws, few, serve, waits_s, world

__all__ = ["aws", "few", "serve", "waits_s", "world"]
