# reach ADDRESS PORT: prints a fact about whether a port is reachable. Only bash can open TCP connections without another
# program; without bash the result is unknown. A refused connection counts as reachable: it shows that packets pass in both
# directions.
# uses: fact
reach() {
    if ! command -v bash >/dev/null 2>&1 || ! command -v timeout >/dev/null 2>&1; then fact reach "$1" "$2" unknown; return; fi
    # The kernel sends the first packet of a connection again after 1 s and after 3 s. A network that has just come back refuses
    # ("no route to host") until the address is resolved again, so that counts only when it happens twice.
    for _ in 1 2; do
        # shellcheck disable=SC2016 # the inner shell expands them
        said=$(timeout 4 bash -c ': <"/dev/tcp/$0/$1"' "$1" "$2" 2>&1)
        case "$? $said" in
            "0 "*) answer=open ;;
            "124 "*) answer=silent ;;
            *refused*) answer=refused ;;
            *"not known"* | *"resolution"* | *"ssociated with hostname"*) answer=unresolved ;;
            *) answer=failed; sleep 1; continue ;;
        esac
        break
    done
    fact reach "$1" "$2" "$answer"
}
