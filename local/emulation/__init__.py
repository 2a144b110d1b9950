"""What the emulator's process adds to ministack: faults, redrives, time limits, a call log."""
