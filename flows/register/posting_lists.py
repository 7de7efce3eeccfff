"""Posting lists in blocks of records: bit sets, and their stored form."""

import struct
from collections.abc import Iterable, Iterator

BLOCK = 4096
"""Records in a block: 512 bytes for a word that most of them have."""
_LISTED = 96
"""Below this number of records in a block, a list of numbers is stored instead of bits."""


def bits_of(numbers: Iterable[int]) -> int:
    """Return a block's members as bits of one number."""
    found = bytearray(BLOCK // 8)
    for number in numbers:
        found[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(found, "little")


def unpacked(members: bytes) -> int:
    """Return the bits of a block's stored members."""
    if len(members) == BLOCK // 8:
        return int.from_bytes(members, "little")
    return bits_of(struct.unpack(f"<{len(members) // 2}H", members))


def numbers_in(bits: int) -> Iterator[int]:
    """Yield the members of a block, the newest first."""
    while bits:
        number = bits.bit_length() - 1
        yield number
        bits ^= 1 << number


def packed(bits: int) -> bytes:
    """Return the stored form of a block's members: few as a list of numbers, many as bits."""
    if bits.bit_count() > _LISTED:
        return bits.to_bytes(BLOCK // 8, "little")
    numbers = list(numbers_in(bits))
    return struct.pack(f"<{len(numbers)}H", *numbers)
