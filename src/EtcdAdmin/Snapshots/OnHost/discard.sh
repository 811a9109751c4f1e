# Removes the leftovers of an interrupted save.
# $1 temporary file

rm -f -- "$1" "$1.part" "$1.log"
