"""The report of a run: figures, remarks, and the page that shows them."""
