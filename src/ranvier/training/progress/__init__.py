"""What a person sees while a network trains."""

from ranvier.training.progress.bar import Progbar

__all__ = ["Progbar"]
