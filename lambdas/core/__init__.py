"""The pure core: no AWS, no clock, no environment."""
