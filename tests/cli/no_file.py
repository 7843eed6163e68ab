"""What can stand in the place of a file and is none."""

import os


def in_the_place_of(file):
    """Puts there, one after the other, a pipe (to open it would wait for ever) and a folder (it cannot be read)."""
    file.unlink()
    os.mkfifo(file)
    yield
    file.unlink()
    file.mkdir()
    yield
