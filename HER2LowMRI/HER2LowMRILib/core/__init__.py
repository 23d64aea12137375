"""Arrays in, arrays or frozen dataclasses out: numpy and scipy only."""
