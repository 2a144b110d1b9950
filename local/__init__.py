"""The local stack: the same template on this machine."""
