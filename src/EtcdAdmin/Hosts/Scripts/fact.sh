# fact NAME FIELD...: prints one line, its fields parted by tabs. One write a line: parts of a survey run side by side, and their
# lines must not mix.
LC_ALL=C; export LC_ALL
tab=$(printf '\t')
fact() {
    fact_line=$1
    shift
    for fact_field in "$@"; do fact_line=$fact_line$tab$fact_field; done
    printf '%s\n' "$fact_line"
}
