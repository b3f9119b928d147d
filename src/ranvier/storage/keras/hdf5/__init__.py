"""A reader of HDF5 files of unknown origin, for the part of the format that Keras uses.

The library that everyone uses is written for files one trusts: it follows links into other files, takes the
memory a header asks for, and has crashed on crafted ones. This reader looks at bytes inside the given
range of one file and nowhere else, counts every step, and ends in one kind of error.

Source: HDF5 File Format Specification, version 3.0, https://docs.hdfgroup.org/hdf5/.
"""

from __future__ import annotations
