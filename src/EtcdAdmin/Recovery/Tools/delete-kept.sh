# Deletes old data, and the leftovers of interrupted attempts beside it.
# Arguments: folders with old data

for folder in "$@"; do rm -rf -- "$folder" "$folder".[0-9]*; done
