"""What a run costs: before it starts, and once it has run."""
