"""The report of a run: figures, warnings, and the page that shows them."""
