# now: prints the time in UTC.
now() { date -u +%Y-%m-%dT%H:%M:%SZ; }
