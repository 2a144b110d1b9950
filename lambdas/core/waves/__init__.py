"""Waves: what the votes so far call for, laid out as jobs."""
