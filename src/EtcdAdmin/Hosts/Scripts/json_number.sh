# json_number NAME: prints the first number with that name in the JSON on standard input.
json_number() {
    sed -n "s/.*\"$1\":\([0-9][0-9]*\).*/\1/p" | head -n 1
}
