# Removes the files that keep-member-files.sh kept.
# $1 folder

rm -rf -- "$1"
