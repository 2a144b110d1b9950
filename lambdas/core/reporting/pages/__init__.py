"""The parts of `report.html`: its tables, and the files that a browser reads as they are."""
