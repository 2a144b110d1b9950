"""Voting: what came of every path, and how the paths of each question vote."""
