"""The forms of `modelInput` and `modelOutput`, one module a family."""
