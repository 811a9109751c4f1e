# manifest_value MANIFEST NAME: prints one value of the manifest beside a snapshot, as SnapshotManifest and snapshot-schedule.sh
# write it: one value a line. Prints nothing where the file or the value is not there.
manifest_value() {
    sed -n "/^ *\"$2\": /{ s/^ *\"$2\": //; s/,\$//; s/^\"\(.*\)\"\$/\1/; p; q; }" "$1" 2>/dev/null
}
