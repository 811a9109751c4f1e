# Prints configuration and unit of a member in base64, one line for each file; an empty line for a missing file.
# $1 configuration, $2 unit or empty

for file in "$1" "$2"; do
    if [ -n "$file" ] && [ -r "$file" ]; then base64 <"$file" | tr -d '\n'; fi
    echo
done
