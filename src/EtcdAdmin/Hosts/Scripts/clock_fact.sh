# clock_fact: prints the time of the host.
# uses: fact
clock_fact() { fact clock "$(date -u +%s.%N)"; }
