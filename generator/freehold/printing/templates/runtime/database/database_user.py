"""What repositories and the operations of a service share: a database, and what runs after its commits."""

from typing import final

from .commit_hooks import CommitHook
from .execution import Database


class DatabaseUser:
    """Runs statements on a database, in a request or in a job."""

    _database: Database

    @final
    def after_commit(self, function: CommitHook) -> None:
        """Run a function when the changes are committed; never if they are rolled back.

        In a transaction, that is when the outermost one is committed; otherwise, when the operation has
        returned. The function has no arguments and may be async. A failure is logged, and nothing else.

        Example: `self.after_commit(partial(send_mail, task.id))`
        """
        self._database.after_commit(function)
