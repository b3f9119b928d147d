"""Tables: files of rows and named columns, read whole or in blocks."""
