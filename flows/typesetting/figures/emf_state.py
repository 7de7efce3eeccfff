"""Play the records of an Enhanced Metafile ([MS-EMF]) that draw nothing: coordinates, tools and saved states."""

import struct
from collections.abc import Mapping

from flows.typesetting.figures import bitmaps
from flows.typesetting.figures.gdi_device import Brush, Device, Letters, Matrix, multiply
from flows.typesetting.figures.wmf_records import colour, pen, stock_object

_MOST_TOOLS = 10_000


class StateRecords:
    """The state of one file while it is played; the caller's table maps record types to methods."""

    def __init__(self, device: Device, measures: Mapping[int, tuple[float, float]]) -> None:
        """Begin on a device; `measures` is the size of a logical unit in device pixels by fixed map mode."""
        self._device, self._measures = device, measures
        self._free = False  # whether window and viewport apply (map modes isotropic and anisotropic)

    def window(self, data: bytes) -> None:
        """Set the origin or extent of the window (kinds 9, 10) or of the viewport (11, 12)."""
        kind, _, first, second = struct.unpack_from("<IIii", data)
        state = self._device.state
        name = "window" if kind in (9, 10) else "viewport"
        left, top, wide, high = getattr(state, name)
        if kind in (10, 12):
            left, top = float(first), float(second)
        elif self._free:
            wide, high = float(first), float(second)
        setattr(state, name, (left, top, wide, high))

    def map_mode(self, data: bytes) -> None:
        """Set the map mode ([MS-EMF] 2.1.21)."""
        mode = struct.unpack_from("<I", data, 8)[0]
        self._free = mode in (7, 8)
        state = self._device.state
        wide, high = self._measures.get(mode, (1.0, -1.0))
        if not self._free:
            state.window = (*state.window[:2], 1.0, 1.0)
            state.viewport = (*state.viewport[:2], wide, -high)

    def world(self, data: bytes) -> None:
        """Set or multiply the world transform (2.1.24)."""
        kind = struct.unpack_from("<I", data)[0]
        given: Matrix = struct.unpack_from("<6f", data, 8)
        mode = 4 if kind == 35 else struct.unpack_from("<I", data, 32)[0]
        state = self._device.state
        if mode == 1:
            state.world = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        elif mode in (2, 3):
            state.world = multiply(given, state.world) if mode == 2 else multiply(state.world, given)
        else:
            state.world = given

    def look(self, data: bytes) -> None:
        """Set the background mode, fill mode, text alignment, text colour or background colour."""
        kind, _, said = struct.unpack_from("<III", data)
        state = self._device.state
        if kind == 18:
            state.opaque = said == 2
        elif kind == 19:
            state.winding = said == 2
        elif kind == 22:
            state.align = said
        elif kind == 24:
            state.text_colour = colour(said)
        elif kind == 25:
            state.back_colour = colour(said)

    def make(self, data: bytes) -> None:
        """Create a pen, a brush or a font under an index."""
        kind, _, index = struct.unpack_from("<III", data)
        tools = self._device.tools
        if len(tools) > _MOST_TOOLS:
            return
        if kind == 38:
            style, width, _, said = struct.unpack_from("<IiiI", data, 12)
            tools[index] = pen(style, width, said)
        elif kind == 95:
            style, width, brush, said = struct.unpack_from("<IIII", data, 28)
            tools[index] = pen(5 if brush == 1 else style, width, said)
        elif kind == 39:
            style, said, _ = struct.unpack_from("<III", data, 12)
            tools[index] = Brush("" if style == 1 else colour(said))
        elif kind in (93, 94):
            header, length, bits, size = struct.unpack_from("<IIII", data, 16)
            found = bitmaps.read_dots(data[header : header + length], data[bits : bits + size])
            tools[index] = Brush("C0C0C0" if found is None else bitmaps.mean_colour(found))
        else:
            height, _, turned, _, weight = struct.unpack_from("<5i", data, 12)
            italic, _, _, charset = struct.unpack_from("<4B", data, 32)
            name = data[40:104].decode("utf-16-le", "replace").split("\0")[0]
            tools[index] = Letters(name or "Arial", height or -12, weight >= 600, bool(italic), turned / 10, charset)

    def select(self, data: bytes) -> None:
        """Select a tool, which may be a stock object."""
        index = struct.unpack_from("<I", data, 8)[0]
        self._device.select(stock_object(index & 0xFFFF) if index & 0x80000000 else self._device.tools.get(index))

    def delete(self, data: bytes) -> None:
        """Delete a tool."""
        self._device.tools.pop(struct.unpack_from("<I", data, 8)[0], None)

    def save(self, data: bytes) -> None:  # noqa: ARG002
        """Save the state of the device."""
        self._device.save()

    def restore(self, data: bytes) -> None:
        """Restore a saved state."""
        self._device.restore(struct.unpack_from("<i", data, 8)[0])
