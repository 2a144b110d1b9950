"""Question sets: every published layout in, checked questions out."""
