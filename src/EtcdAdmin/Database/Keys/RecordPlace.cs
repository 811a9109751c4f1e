using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Database.Schema;

namespace EtcdAdmin.Database.Keys;

/// <summary>The place of a key's record in the database, with its length and version.</summary>
/// <param name="Offset">Position of the mvccpb.KeyValue from the start of the file.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Version">Number of writes since the key was created; 0 if it was deleted.</param>
internal readonly record struct RecordPlace(long Offset, int Length, long Version)
{
    /// <summary>True if the record is a deletion.</summary>
    public bool IsTombstone => Version == 0;

    /// <summary>Returns the place of a record of bucket <c>key</c>.</summary>
    public static RecordPlace Of(in BoltRecord record, in MvccKeyValue found, MvccRevision revision) =>
        new(record.Offset + record.Key.Length, record.Value.Length, revision.IsTombstone ? 0 : Math.Max(1, found.Version));
}
