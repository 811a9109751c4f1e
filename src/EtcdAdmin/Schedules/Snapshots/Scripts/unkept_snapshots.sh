# unkept_snapshots KEEP HOURS DAYS WEEKS MONTHS YEARS: reads paths of snapshots of one cluster, newest first, and prints those
# that no rule keeps. The rules are those of RetentionPlanner: the newest KEEP snapshots, and the newest one of each of the last
# HOURS, DAYS, WEEKS, MONTHS and YEARS that have a snapshot, in UTC. 0 turns a rule off. The newest snapshot is always kept. The
# time is taken from the name: etcd-snapshot-YYYY-MM-DD-HH.MM.SS.db.
# uses: week_of
unkept_snapshots() {
    newest=0 hours=0 days=0 weeks=0 months=0 years=0
    last_hour='' last_day='' last_week='' last_month='' last_year=''
    kept=yes
    while IFS= read -r snapshot; do
        name=${snapshot##*/etcd-snapshot-}
        year=${name%%-*} rest=${name#*-}
        month=${rest%%-*} rest=${rest#*-}
        day=${rest%%-*} rest=${rest#*-}
        hour=$year-$month-$day-${rest%%.*}
        if [ "$newest" -lt "$1" ]; then kept=yes newest=$((newest + 1)); fi
        if [ "$hour" != "$last_hour" ] && [ "$hours" -lt "$2" ]; then kept=yes hours=$((hours + 1)) last_hour=$hour; fi
        if [ "$year-$month-$day" != "$last_day" ] && [ "$days" -lt "$3" ]; then kept=yes days=$((days + 1)) last_day=$year-$month-$day; fi
        if [ "$weeks" -lt "$4" ]; then
            week=$(week_of "$year" "$month" "$day")
            if [ "$week" != "$last_week" ]; then kept=yes weeks=$((weeks + 1)) last_week=$week; fi
        fi
        if [ "$year-$month" != "$last_month" ] && [ "$months" -lt "$5" ]; then kept=yes months=$((months + 1)) last_month=$year-$month; fi
        if [ "$year" != "$last_year" ] && [ "$years" -lt "$6" ]; then kept=yes years=$((years + 1)) last_year=$year; fi
        [ "$kept" = yes ] || printf '%s\n' "$snapshot"
        kept=no
    done
}
