"""The patients' door: whether it is the right time, what we ask, and where things stand."""
