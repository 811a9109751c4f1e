# Prints one fact for each member: which cluster and member the running etcd belongs to. See OwnerFacts.
# Arguments: those of owner, repeated for each member
# uses: owner

while [ $# -gt 0 ]; do
    owner "$1" "$2" "$3" "$4" "$5" "$6" "$7"
    shift 7
done
