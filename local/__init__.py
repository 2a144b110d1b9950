"""The local twin: the same template on this machine."""
