"""Tables on the command line: training, prediction, evaluation and what a table holds."""
