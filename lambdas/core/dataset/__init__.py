"""Datasets: files of every published schema in, checked questions out."""
