"""Prompts: the text around each question, built in or the user's own."""
