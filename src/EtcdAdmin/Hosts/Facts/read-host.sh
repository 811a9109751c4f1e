# Prints everything about a host, one fact a line.
# uses: host_facts clock_fact

host_facts
clock_fact
