# Removes the leftovers of an attempt to restore.
# Arguments: folders and files

for folder in "$@"; do rm -rf -- "$folder" "$folder.log"; done
