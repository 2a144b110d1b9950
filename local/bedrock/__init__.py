"""The Bedrock stand-in: batch inference jobs over HTTP, on loopback."""
