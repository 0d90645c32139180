"""How asking a service can fail."""


class ServiceError(Exception):
    """A service did not give a usable answer; the message names the service, the reason and never a secret."""

    def __init__(
        self,
        service: str,
        reason: str,
        *,
        passing: bool = False,
        status: int | None = None,
        retry_after: float | None = None,
        body: str = "",
        may_cost: bool = False,
    ) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service
        self.reason = reason
        self.passing = passing
        """Whether asking the same again may help."""
        self.status = status
        """The HTTP status; None where there was none."""
        self.retry_after = retry_after
        """Seconds that the service asked to be left alone; None where it did not say."""
        self.body = body
        """The start of the answer, for telling apart what a status alone does not."""
        self.may_cost = may_cost
        """Whether the service may have done the work all the same: it was asked, and no refusal came."""


class TooLargeError(ServiceError):
    """The answer is larger than any good one, and was not read to its end."""


class ServiceDownError(ServiceError):
    """The service is not asked any more in this run: it failed for good, or for all."""


class OfflineError(ServiceDownError):
    """Nothing is asked, since the run is to stay offline."""

    def __init__(self, service: str) -> None:
        super().__init__(service, "not asked, since the run is offline")
