# free_name PATH: prints a name that is not in use: PATH itself, or PATH with .2, .3 and so on.
free_name() {
    free=$1 number=1
    while [ -e "$free" ]; do
        number=$((number + 1))
        free=$1.$number
    done
    printf '%s' "$free"
}
