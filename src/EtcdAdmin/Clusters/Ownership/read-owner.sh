# Prints one fact for each member, see OwnerFacts: whose the etcd is that is where it should be.
# Arguments: those of owner, any number of times
# uses: owner

while [ $# -gt 0 ]; do
    owner "$1" "$2" "$3" "$4" "$5" "$6" "$7"
    shift 7
done
