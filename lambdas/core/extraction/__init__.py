"""Answers read out of completions: what a careful reader would take, or nothing."""
