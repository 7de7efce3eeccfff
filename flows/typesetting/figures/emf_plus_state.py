"""Play the EMF+ records ([MS-EMFPLUS]) that draw nothing: objects, transforms, clipping and saved states."""

import math
import struct
from collections.abc import Iterable
from dataclasses import replace

from flows.typesetting.figures.emf_plus_objects import EmfPlusObject, Outline, dots, read_object
from flows.typesetting.figures.gdi_device import Device, Matrix, State, multiply
from flows.typesetting.figures.svg_canvas import Point

_LARGEST_OBJECT = 20_000_000
_MOST_SAVED = 1000


class StateRecords:
    """The state of one file while it is played; it lasts from one comment of the file to the next."""

    def __init__(self, device: Device) -> None:
        """Begin on a device of its own."""
        self._device = device
        self._tools: dict[int, EmfPlusObject | None] = {}
        self._saved: dict[int, State] = {}
        self._waiting = b""
        self._dots_an_inch = 96.0
        self._page = 1.0  # pixels of a page unit

    def header(self, flags: int, data: bytes) -> None:  # noqa: ARG002
        """Read the resolution."""
        self._dots_an_inch = float(struct.unpack_from("<I", data, 8)[0] or 96)

    def object(self, flags: int, data: bytes) -> None:
        """Store an object; one that is too long for one record comes in several."""
        if flags & 0x8000:
            self._waiting += data[4:]
            if len(self._waiting) < min(struct.unpack_from("<I", data)[0], _LARGEST_OBJECT):
                return
            data = b""
        whole, self._waiting = self._waiting + data, b""
        self._tools[flags & 0xFF] = read_object(flags >> 8 & 0x7F, whole)

    def page(self, flags: int, data: bytes) -> None:
        """Set the unit and scale of the page."""
        scale = struct.unpack_from("<f", data)[0]
        self._page = max(dots(flags & 0xFF, self._dots_an_inch) * scale, 1e-6) if math.isfinite(scale) else 1.0
        self._device.state.viewport = (0.0, 0.0, self._page, self._page)

    def world(self, kind: int, flags: int, data: bytes) -> None:
        """Set, reset or multiply the world transform."""
        state = self._device.state
        given: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        if kind in (0x402A, 0x402C):
            given = struct.unpack_from("<6f", data)
        elif kind == 0x402D:
            given = (1.0, 0.0, 0.0, 1.0, *struct.unpack_from("<2f", data))
        elif kind == 0x402E:
            across, down = struct.unpack_from("<2f", data)
            given = (across, 0.0, 0.0, down, 0.0, 0.0)
        elif kind == 0x402F:
            angle = math.radians(struct.unpack_from("<f", data)[0])
            given = (math.cos(angle), math.sin(angle), -math.sin(angle), math.cos(angle), 0.0, 0.0)
        if not all(map(math.isfinite, given)):
            raise ValueError("no place")
        if kind in (0x402A, 0x402B):
            state.world = given
        else:
            state.world = multiply(state.world, given) if flags & 0x2000 else multiply(given, state.world)

    def save(self, flags: int, data: bytes) -> None:  # noqa: ARG002
        """Save the state under an index."""
        if len(self._saved) < _MOST_SAVED:
            self._saved[struct.unpack_from("<I", data)[0]] = replace(self._device.state)

    def restore(self, flags: int, data: bytes) -> None:  # noqa: ARG002
        """Restore the state saved under an index."""
        saved = self._saved.pop(struct.unpack_from("<I", data)[0], None)
        if saved is not None:
            self._device.state = saved
            self._device.canvas.clip = saved.clip

    def clip(self, flags: int, data: bytes) -> None:
        """Clip to a rectangle."""
        left, top, wide, high = struct.unpack_from("<4f", data)
        self._clip(flags, [(left, top), (left + wide, top + high)])

    def clip_path(self, flags: int, data: bytes) -> None:  # noqa: ARG002
        """Clip to the box around a path."""
        outline = self._tools.get(flags & 0xFF)
        if isinstance(outline, Outline) and outline.pieces:
            self._clip(flags, outline.points())

    def _clip(self, flags: int, corners: Iterable[Point]) -> None:
        """Clip to the box around points: replace the clip (mode 0), or else intersect it."""
        across, down = zip(*corners, strict=True)
        if flags >> 8 & 0xF == 0:
            self._device.clip(None)
        self._device.clip((min(across), min(down), max(across), max(down)))

    def no_clip(self, flags: int, data: bytes) -> None:  # noqa: ARG002
        """Remove the clip."""
        self._device.clip(None)
