# Prints configuration and unit of a member in base64, one line each, as the files hold lines themselves; an empty line for one
# that is missing.
# $1 configuration, $2 unit or empty

for file in "$1" "$2"; do
    if [ -n "$file" ] && [ -r "$file" ]; then base64 <"$file" | tr -d '\n'; fi
    echo
done
