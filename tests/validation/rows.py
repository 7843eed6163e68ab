"""The kinds of rows that validate judges and prints, and the runs that they are about."""

from typing import NamedTuple


class Run(NamedTuple):
    """One run of the program."""

    label: str
    scenario: str
    settings: tuple = ()

    def but(self, label, *settings):
        """The same scenario with some values more replaced."""
        return Run(label, self.scenario, self.settings + settings)


class Check(NamedTuple):
    case: str
    kind: str  # A, S, P or C; docs/validation.md says what they prove
    what: str
    run: Run
    value: str  # an expression over the keys of summary.json
    published: float
    tolerance: str  # `0.5` in the unit of `what`, `1 %`, or `-0 +3 %`
    over: tuple = ()  # runs: the value is divided by the sum of theirs
    misses: str = ""  # why it is known to be out of tolerance; then it must be


class Control(NamedTuple):
    """A number that was printed and is wrong: the program must come to `right`, not to `wrong`."""

    case: str
    what: str
    run: Run
    value: str
    wrong: float
    right: float
    tolerance: str
    why: str


class Shown(NamedTuple):
    """A published figure beside one that depends on an assumption of ours: no match is claimed, none is judged."""

    case: str
    what: str
    run: Run
    value: str
    published: float
    depends_on: str


class Source(NamedTuple):
    case: str
    text: str
