"""Outputs: the rows of jobs, read as answers and counts."""
