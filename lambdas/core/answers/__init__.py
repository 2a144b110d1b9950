"""Answers extracted from completions: what a careful reader would take, or nothing."""
