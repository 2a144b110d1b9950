"""What is to go wrong in a run on this machine, and how it is written down."""
