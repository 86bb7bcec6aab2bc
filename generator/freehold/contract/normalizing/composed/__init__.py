"""Resources and pages that a contract composes of parts."""
