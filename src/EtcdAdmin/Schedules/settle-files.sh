# Removes the copies that prepare-files.sh kept.
# $1 folder of the files, then files

rm -f -- "$1/prepared"
shift
for file in "$@"; do rm -f -- "$file.before"; done
