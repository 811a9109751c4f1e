# manifest_value MANIFEST NAME: prints one value of a snapshot's manifest, as SnapshotManifest and snapshot-schedule.sh write
# it: one value per line. Prints nothing if the file or the value is missing.
manifest_value() {
    sed -n "/^ *\"$2\": /{ s/^ *\"$2\": //; s/,\$//; s/^\"\(.*\)\"\$/\1/; p; q; }" "$1" 2>/dev/null
}
