"""The report page: its sections, and the files that the browser reads as they are."""
