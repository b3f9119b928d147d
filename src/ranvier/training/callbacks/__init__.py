"""Callbacks: what happens around training, evaluation and prediction; one per file.

The public names live in :mod:`ranvier.callbacks`.
"""
