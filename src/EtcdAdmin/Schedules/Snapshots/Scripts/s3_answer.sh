# s3_answer ELEMENT: prints an element of the store's last answer (Code, Message), without control characters.
# shellcheck disable=SC2154 # s3_ask sets answer
s3_answer() {
    printf '%s' "$answer" | tr -d '\1-\37\177' | sed -n "s/.*<$1>\([^<]*\)<.*/\1/p"
}
