"""One module a step of the workflow, each thin: read, decide, write, receipt."""
