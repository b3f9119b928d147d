"""The command line.

What is imported to show a help text or to refuse a wrong option is light: click, and no array is
touched. Each command imports its action, and with it the engine, when it is carried out.
"""
