"""What can go wrong. The native module raises these."""


class ReachError(Exception):
    """Anything that ``reach`` could not do.

    The text is one line for people. Names and values in it that come from a snapshot are escaped.
    An attribute is ``None`` where it does not apply.
    """

    code: str
    """Stable, for programs, such as ``unknown_endpoint``."""
    file: str | None
    """The file concerned."""
    line: int | None
    """The line in that file or text, from 1."""
    column: int | None
    """The column in that line, from 1."""
    field: str | None
    """The way to the field, such as ``SecurityGroups[0].IpPermissions[2].IpProtocol``."""
    resource_id: str | None
    """The AWS id concerned."""

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        field: str | None = None,
        resource_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.file = file
        self.line = line
        self.column = column
        self.field = field
        self.resource_id = resource_id


class LoadError(ReachError):
    """A snapshot, a run or a file of listeners cannot be read. Nothing of it is returned."""


class QueryError(ReachError):
    """A question cannot be asked of this network."""

    candidates: list[str]
    """For ``ambiguous_endpoint``: the ids of everything that the text can mean, sorted."""

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        candidates: list[str] | None = None,
    ) -> None:
        super().__init__(message, code=code)
        self.candidates = candidates or []


class EditError(ReachError):
    """An edit does not fit the network. ``code`` is then EC2's own error code."""

    action: str | None
    """The action that does not fit, such as ``RevokeSecurityGroupIngress``."""
    index: int | None
    """Which edit of the list it was, from 0."""

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        file: str | None = None,
        line: int | None = None,
        column: int | None = None,
        resource_id: str | None = None,
        action: str | None = None,
        index: int | None = None,
    ) -> None:
        super().__init__(
            message, code=code, file=file, line=line, column=column, resource_id=resource_id
        )
        self.action = action
        self.index = index


# Where users import them from, which is what a traceback should say.
for _error in (ReachError, LoadError, QueryError, EditError):
    _error.__module__ = "reach"
