# Prints a file, packed. Databases and the last log segment are often mostly empty, so they pack very well.
# $1 file

gzip -1 -c -- "$1"
