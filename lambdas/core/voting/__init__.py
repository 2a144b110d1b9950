"""Voting: what became of every path, and what the paths of each question decide."""
