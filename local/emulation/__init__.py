"""What the emulator's process does beside ministack: faults, redrives, time limits, a call log."""
