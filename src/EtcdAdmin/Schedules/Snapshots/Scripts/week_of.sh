# week_of YEAR MONTH DAY: prints the number of weeks from 1970 to that day; weeks start on Monday.
week_of() {
    y=$1 m=${2#0} d=${3#0}
    if [ "$m" -le 2 ]; then y=$((y - 1)) m=$((m + 9)); else m=$((m - 3)); fi # years from March: a leap day is the last day
    of_era=$((y % 400))
    # shellcheck disable=SC2017 # whole eras are meant
    since_1970=$((y / 400 * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 + d - 1 - 719468))
    echo $(((since_1970 + 3) / 7))
}
