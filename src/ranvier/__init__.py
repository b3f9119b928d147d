"""Ranvier: train, understand and ship neural networks."""
