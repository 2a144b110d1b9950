"""Run requests: what starts a run, checked before anything is paid for."""
