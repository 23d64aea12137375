"""MRML nodes in, MRML nodes out; no qt, no global scene."""
