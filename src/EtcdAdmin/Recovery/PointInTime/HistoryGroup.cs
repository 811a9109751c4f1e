using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>All changes of one revision: one transaction, in order.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Time">The time of recording, by the recorder's clock; never before the time of the previous group.</param>
/// <param name="Events">The changes; at least one.</param>
public sealed record HistoryGroup(long Revision, DateTimeOffset Time, IReadOnlyList<WatchEvent> Events);

/// <summary>The first record of a segment.</summary>
/// <param name="ClusterId">The cluster, in hexadecimal.</param>
/// <param name="After">The revision that the segment continues from; its first group has the next revision.</param>
/// <param name="Previous">SHA-256 of the complete previous segment; for the first segment, of the snapshot's database. Lower-case
/// hexadecimal.</param>
internal sealed record HistoryHeader(string ClusterId, long After, string Previous)
{
    /// <summary>The name of this version of the format.</summary>
    public const string Format = "etcdadmin-history/1";
}

/// <summary>The last record of a closed segment.</summary>
/// <param name="Through">Its last revision.</param>
/// <param name="Sha256">SHA-256 of all bytes before this record, lower-case hexadecimal.</param>
internal sealed record HistoryTrailer(long Through, string Sha256);

/// <summary>One record of a segment; exactly one of the three is set.</summary>
internal readonly record struct HistoryRecord(HistoryHeader? Header, HistoryGroup? Group, HistoryTrailer? Trailer);
