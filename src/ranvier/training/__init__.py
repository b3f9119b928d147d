"""Training: data to batches, the compiled program, the loop, its callbacks and its progress."""
