"""The lock of PDFium, which is for one thread of a process at a time, whichever document each one reads."""

from threading import RLock

one_at_a_time = RLock()
