"""Pure mathematics on arrays: no state, no configuration objects, no names as strings."""
