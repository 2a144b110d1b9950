"""A real model on this machine, for those who want one: `make demo-model`."""
