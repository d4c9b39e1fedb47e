"""Errors that a person can act on: what is wrong, and what to do about it."""


class LangngheError(Exception):
    """A failure with its remedy, printed as one line.

    Args:
        problem: what is wrong, without a full stop at its end.
        remedy: what the reader can do about it, an imperative sentence.
    """

    exit_status = 1

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem}. {remedy}" if remedy else problem)


class WrongCall(LangngheError):
    """The command was called in a way it does not understand."""

    exit_status = 2


class ConfigurationError(LangngheError):
    """A file of config/ or a setting is wrong; the problem names file and line."""


class NotAllowed(LangngheError):
    """The actor's role or office does not permit the action."""


class Conflict(LangngheError):
    """Somebody else changed the same thing first, or the states contradict each other."""


class Unavailable(LangngheError):
    """A service that is needed (index, mail server, proxy) does not answer."""
