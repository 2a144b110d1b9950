"""Sampling: shards, waves, jobs and records; which paths are sampled where, and when to stop."""
