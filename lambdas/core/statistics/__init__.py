"""What a run's votes tell: accuracy and gain with their uncertainty, agreement, what to do next."""
