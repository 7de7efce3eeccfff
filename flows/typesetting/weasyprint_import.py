"""Import WeasyPrint without what takes half of the time of its import and is seldom needed.

It looks for each of its C libraries under the names of all platforms, for which ctypes starts a compiler and a linker;
on Linux the name that the loader itself knows is among them. And it imports the part of fontTools that reduces fonts,
for the case that HarfBuzz cannot. Garbage is not looked for meanwhile: there is none.
"""

import ctypes.util
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

#: Modules of which WeasyPrint's import needs the names alone.
_SELDOM_USED = ("fontTools.subset", "fontTools.varLib.instancer")


class _Later(ModuleType):
    """Stands for a module whose functions and classes are imported when they are called."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("__"):
            raise AttributeError(name)

        def called(*args: Any, **options: Any) -> Any:
            return getattr(import_module(self.__name__), name)(*args, **options)

        return called


def _no_search(name: str) -> str | None:  # noqa: ARG001 - the signature of what it stands for
    return None


@contextmanager
def quick_import() -> Iterator[None]:
    """Make the import of WeasyPrint in the block a quick one, if it is the first."""
    if "weasyprint" in sys.modules or not sys.platform.startswith("linux"):
        yield
        return
    find_library = ctypes.util.find_library
    stand_ins = {name: _Later(name) for name in _SELDOM_USED if name not in sys.modules}
    sys.modules.update(stand_ins)
    ctypes.util.find_library = _no_search
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
        ctypes.util.find_library = find_library
        for name, stand_in in stand_ins.items():
            if sys.modules.get(name) is stand_in:
                del sys.modules[name]
