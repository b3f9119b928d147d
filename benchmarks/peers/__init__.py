"""One file per library; each offers ``measure(job)``. See ``benchmarks.worker``."""
