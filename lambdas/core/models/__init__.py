"""Models: how to ask each model family, in batch or on demand, and how to read its replies."""
