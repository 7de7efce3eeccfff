"""Define the rules of an agreement: one named function each, with an id and a level.

A rule yields (field, sentence) for everything it finds wrong. A rule that reads a field which could not be read from
the source has nothing to say and is passed over; what is wrong with that field has been said already.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flows.agreements.problems import Finding, Level

Wrong = Iterator[tuple[str, str]]
Check = Callable[[Any], Wrong]
DatedCheck = Callable[[Any, date], Wrong]


class UnreadField(Exception):
    """A rule asked for a field that could not be read."""


class UnreadCase:
    """A case with fields that could not be read: reading one of those raises `UnreadField`."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getattr__(self, name: str) -> Any:
        """Return the field's value, or raise `UnreadField`."""
        try:
            return self._values[name]
        except KeyError:
            raise UnreadField(name) from None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id (`R-A13`), its level, its name, and the function that judges a case on a day."""

    id: str
    level: Level
    name: str
    check: DatedCheck

    def findings(self, case: Any, today: date) -> Iterator[Finding]:
        """Yield what the rule finds wrong with the case."""
        try:
            for name, message in self.check(case, today):
                yield Finding(name, self.id, message, self.level)
        except UnreadField:
            return


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of one agreement, in the order in which they are written."""

    rules: list[Rule] = field(default_factory=list)

    def rule(self, rule_id: str, level: Level = "error") -> Callable[[Check], Check]:
        """Return the decorator that enters a function of a case as a rule."""

        def enter(check: Check) -> Check:
            self.rules.append(Rule(rule_id, level, check.__name__, lambda case, _today: check(case)))
            return check

        return enter

    def dated_rule(self, rule_id: str, level: Level = "error") -> Callable[[DatedCheck], DatedCheck]:
        """Return the decorator that enters a function of a case and today's date as a rule."""

        def enter(check: DatedCheck) -> DatedCheck:
            self.rules.append(Rule(rule_id, level, check.__name__, check))
            return check

        return enter

    def judge(self, case: Any, today: date) -> list[Finding]:
        """Return everything that the rules find wrong with a case, or with an `UnreadCase`."""
        return [finding for rule in self.rules for finding in rule.findings(case, today)]
