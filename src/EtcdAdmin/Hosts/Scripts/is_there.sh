# is_there PATH: whether PATH exists. The shell's test also fails for a path that is not accessible. In that case the script
# ends with 45 (MemberDataCheck.UnreadableCode) and the reason on standard error.
is_there() {
    if [ -e "$1" ]; then return 0; fi
    said=$(LC_ALL=C ls -dL -- "$1" 2>&1 >/dev/null) || case $said in *'No such file or directory'*) return 1 ;; esac
    echo "${said:-$1 cannot be read}" >&2
    exit 45
}
