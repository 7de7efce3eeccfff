"""Export a closed period of the archive as a Noark 5 v5.5 package that any Norwegian depot accepts.

`entries` reads what is exported, `structure`, `journals` and `description` write the files, `extract` puts the package
together and `selfcheck` judges it, knowing nothing of how it was made. It is finished only when nothing is found.
"""

from flows.archive.noark.entries import Period
from flows.archive.noark.extract import export_noark
from flows.archive.noark.structure import class_of

__all__ = ["Period", "class_of", "export_noark"]
