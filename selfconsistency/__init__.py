"""The command line: start, follow, redrive, show and fetch runs, on AWS or a local stack."""
