# Prints everything about a host, one fact per line.
# uses: host_facts clock_fact

host_facts
clock_fact
