# Deletes old data, and what attempts that were broken off left beside it.
# Arguments: folders with old data

for folder in "$@"; do rm -rf -- "$folder" "$folder".[0-9]*; done
