# octal_bytes HEX NUMBER: prints the bytes of HEX, each combined with NUMBER by exclusive or, as octal escapes for printf's %b.
octal_bytes() {
    rest=$1 bytes=
    while [ -n "$rest" ]; do
        next=${rest#??}
        byte=${rest%"$next"}
        byte=$((0x$byte ^ $2))
        bytes=$bytes\\0$((byte >> 6))$((byte >> 3 & 7))$((byte & 7))
        rest=$next
    done
    printf '%s' "$bytes"
}
