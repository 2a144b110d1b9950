"""Statistics of a run: accuracy and gain with their uncertainty, agreement, advice."""
