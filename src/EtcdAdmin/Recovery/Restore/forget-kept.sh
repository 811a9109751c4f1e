# Removes copies that are no longer needed, because the restored data is verified.
# $1 folder with kept files, $2 kept unit or empty, $3 rollback script

rm -rf -- "$1"
rm -f -- "$3"
if [ -n "$2" ]; then rm -f -- "$2"; fi
