"""Prompts: what stands around a question, built in or the user's own."""
