# Prints a file, packed. Most of a database and of a log's last segment is often empty, which packs very well.
# $1 file

gzip -1 -c -- "$1"
