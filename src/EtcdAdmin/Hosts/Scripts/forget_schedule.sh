# forget_schedule STATE FOLDER: removes the files that the service of a schedule wrote into its STATE folder, then the
# FOLDER of the schedule's files. A folder that contains other files is kept.
forget_schedule() {
    for forgotten in state state.part sent sent.part unfit unfit.part outcome message acting writing request request.part; do rm -f -- "$1/$forgotten"; done
    rm -f -- "$2/prepared"
    rmdir -- "$1" 2>/dev/null
    rmdir -- "$2" 2>/dev/null
}
