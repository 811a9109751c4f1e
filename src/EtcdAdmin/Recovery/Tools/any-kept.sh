# Prints "yes" if one of the folders exists. Exits with 45 if that cannot be checked.
# Arguments: folders with old data
# uses: is_there

for folder in "$@"; do
    if is_there "$folder"; then echo yes; break; fi
done
