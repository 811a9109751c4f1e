# compare WORK contents|manifest ORIGINAL COPY: prints the differences between two folders, at most three lines. WORK is a
# folder for temporary files. "contents" compares every file with its hash, "manifest" also the size, mode and owner of
# everything.
contents() { # folder: every file with its hash
    cd -- "$1" && find . -type f -exec sha256sum {} +
}
manifest() { # folder: every file with its hash, and size, mode and owner of everything
    contents "$1" && find . -type f -exec stat -c '%s %a %u:%g %n' {} + && find . -type d -exec stat -c '%a %u:%g %n' {} +
}
compare() {
    if ! { ( "$2" "$3" ) >"$1/original" && ( "$2" "$4" ) >"$1/copy"; }; then
        echo "one of them cannot be read"
        return
    fi
    {
        grep -v -x -F -f "$1/copy" "$1/original" || :
        grep -v -x -F -f "$1/original" "$1/copy" || :
    } | head -n 3
}
