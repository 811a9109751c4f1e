# Removes what a save left that was killed.
# $1 temporary file

rm -f -- "$1" "$1.part" "$1.log"
