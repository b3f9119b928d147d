"""Layers joined into one network: what is called, in which order, on what."""
