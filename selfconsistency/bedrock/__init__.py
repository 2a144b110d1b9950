"""The Bedrock emulator: batch inference jobs over HTTP, on loopback."""
