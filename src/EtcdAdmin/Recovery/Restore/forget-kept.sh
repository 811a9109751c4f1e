# Removes copies that are not needed any more, as what came back is proved.
# $1 folder with kept files, $2 kept unit or empty, $3 script that would roll back

rm -rf -- "$1"
rm -f -- "$3"
if [ -n "$2" ]; then rm -f -- "$2"; fi
