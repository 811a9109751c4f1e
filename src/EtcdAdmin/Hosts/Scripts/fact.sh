# fact NAME FIELD...: prints one line, with fields separated by tabs. Each line is one write: parts of a survey run in parallel,
# and their lines must not mix.
LC_ALL=C; export LC_ALL
tab=$(printf '\t')
fact() {
    fact_line=$1
    shift
    for fact_field in "$@"; do fact_line=$fact_line$tab$fact_field; done
    printf '%s\n' "$fact_line"
}
