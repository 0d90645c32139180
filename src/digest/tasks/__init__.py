"""What a person or cron starts beside a build: nightly, publish, check, import, init, doctor, status."""
