"""What runs: the functions of the workflow, over a pure core."""
