"""A trained model behind HTTP: ``ranvier serve``.

One thread speaks HTTP and one owns the model; what waits when the model is free is predicted
together. See :func:`ranvier.serving.server.serve`.
"""
