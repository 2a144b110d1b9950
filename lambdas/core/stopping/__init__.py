"""When a question leaves early, in what waves it is sampled, and who gets a budget."""
