"""What is deployed: the stack, wired from its parts."""
