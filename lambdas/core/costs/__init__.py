"""What a run costs: the estimate before it starts, and the actual cost once it has run."""
