"""Hold the valid cases while a source is read: in memory if few, in a temporary file if many."""

import weakref
from array import array
from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import overload

from flows.agreements.case_place import CasePlace
from flows.agreements.problems import Problem
from flows.agreements.types import types
from flows.intake.validation import ValidatedCase

_IN_MEMORY = 16 * 1024 * 1024


class SpooledCases(Sequence[ValidatedCase]):
    """Cases in the order in which they were kept; each is read back when it is asked for.

    The file has no name and is gone with the object, or with the process.
    """

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  closed with the object
        self._ends = array("Q", [0])
        self._places: list[tuple[str, CasePlace]] = []
        self._warnings: dict[int, tuple[Problem, ...]] = {}
        self._order: list[int] = []
        weakref.finalize(self, self._file.close)

    def keep(self, judged: ValidatedCase, content: bytes) -> int:
        """Keep a case whose JSON is `content`; return the number that `drop` takes."""
        number = len(self._places)
        self._file.seek(self._ends[-1])
        self._file.write(content)
        self._ends.append(self._ends[-1] + len(content))
        self._places.append((judged.type, judged.place))
        self._order.append(number)
        if judged.warnings:
            self._warnings[number] = judged.warnings
        return number

    def drop(self, numbers: set[int]) -> None:
        """Leave out cases that turned out not to be good."""
        self._order = [number for number in self._order if number not in numbers]

    def __len__(self) -> int:
        """Return the number of cases."""
        return len(self._order)

    @overload
    def __getitem__(self, index: int) -> ValidatedCase: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[ValidatedCase]: ...

    def __getitem__(self, index: int | slice) -> ValidatedCase | Sequence[ValidatedCase]:
        """Return a case, or several."""
        if isinstance(index, slice):
            return [self._read(number) for number in self._order[index]]
        return self._read(self._order[index])

    def __iter__(self) -> Iterator[ValidatedCase]:
        """Yield every case."""
        return (self._read(number) for number in list(self._order))

    def _read(self, number: int) -> ValidatedCase:
        kind, place = self._places[number]
        self._file.seek(self._ends[number])
        content = self._file.read(self._ends[number + 1] - self._ends[number])
        case = types()[kind].case.model_validate_json(content)
        return ValidatedCase(kind, case, place, self._warnings.get(number, ()))
