"""Outputs: what jobs brought, row by row, as answers and as counts."""
