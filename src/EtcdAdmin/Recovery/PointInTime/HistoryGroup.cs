using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Recovery.PointInTime;

/// <summary>All that happened at one revision: one transaction, in the order in which it was done.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Time">When it was recorded, by the recorder's clock; never before that of the group before.</param>
/// <param name="Events">At least one.</param>
public sealed record HistoryGroup(long Revision, DateTimeOffset Time, IReadOnlyList<WatchEvent> Events);

/// <summary>What a segment begins with.</summary>
/// <param name="ClusterId">The cluster, in hexadecimal.</param>
/// <param name="After">The revision that it goes on from: its first group is the one after.</param>
/// <param name="Previous">SHA-256 of the whole segment before; of the first one of the snapshot's database. Lower-case hexadecimal.</param>
internal sealed record HistoryHeader(string ClusterId, long After, string Previous)
{
    /// <summary>Of this version of the format.</summary>
    public const string Format = "etcdadmin-history/1";
}

/// <summary>What a closed segment ends with.</summary>
/// <param name="Through">Its last revision.</param>
/// <param name="Sha256">Of all bytes before this record, lower-case hexadecimal.</param>
internal sealed record HistoryTrailer(long Through, string Sha256);

/// <summary>One record of a segment; one of the three is there.</summary>
internal readonly record struct HistoryRecord(HistoryHeader? Header, HistoryGroup? Group, HistoryTrailer? Trailer);
