"""Start, follow and fetch a run, on AWS or on the local twin alike."""
