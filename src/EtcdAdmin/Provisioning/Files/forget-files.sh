# Removes the files that keep-files.sh kept.
# Arguments: the same paths

for file in "$@"; do rm -f -- "$file.before"; done
