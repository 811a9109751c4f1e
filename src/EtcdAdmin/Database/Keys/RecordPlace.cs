using EtcdAdmin.Database.Bolt;
using EtcdAdmin.Database.Schema;

namespace EtcdAdmin.Database.Keys;

/// <summary>Where the record of a key lies in the database, and what is known of it.</summary>
/// <param name="Offset">Of the mvccpb.KeyValue, from the start of the file.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Version">How many times the key was written since it was made; 0 where it was deleted.</param>
internal readonly record struct RecordPlace(long Offset, int Length, long Version)
{
    /// <summary>True where the record says that the key was deleted.</summary>
    public bool IsTombstone => Version == 0;

    /// <summary>The place of a record of bucket <c>key</c>.</summary>
    public static RecordPlace Of(in BoltRecord record, in MvccKeyValue found, MvccRevision revision) =>
        new(record.Offset + record.Key.Length, record.Value.Length, revision.IsTombstone ? 0 : Math.Max(1, found.Version));
}
