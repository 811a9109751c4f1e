# last_line: prints the last line that a tool wrote to a schedule's file for messages.
# shellcheck disable=SC2154 # the script has the state folder
last_line() { tail -n 1 "$state/message" 2>/dev/null; }
