"""Where answers come from, one module a source, behind the protocol in `source`."""
