# reach ADDRESS PORT: prints a fact about whether a port answers. bash alone opens TCP connections without any other program;
# where there is none, reaching stays unknown. A refused connection is as good as an open one: it shows that the way there and
# back is free.
# uses: fact
reach() {
    if ! command -v bash >/dev/null 2>&1 || ! command -v timeout >/dev/null 2>&1; then fact reach "$1" "$2" unknown; return; fi
    # shellcheck disable=SC2016 # the inner shell expands them
    said=$(timeout 3 bash -c ': <"/dev/tcp/$0/$1"' "$1" "$2" 2>&1)
    case $? in
        0) fact reach "$1" "$2" open ;;
        124) fact reach "$1" "$2" silent ;;
        *) case $said in
            *refused*) fact reach "$1" "$2" refused ;;
            *"not known"* | *"resolution"* | *"ssociated with hostname"*) fact reach "$1" "$2" unresolved ;;
            *) fact reach "$1" "$2" failed ;;
        esac ;;
    esac
}
