# Removes what an attempt to restore left.
# Arguments: folders and files

for folder in "$@"; do rm -rf -- "$folder" "$folder.log"; done
