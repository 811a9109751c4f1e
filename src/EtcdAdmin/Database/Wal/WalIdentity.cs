using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Database.Wal;

/// <summary>The IDs of the cluster and the member that wrote a write-ahead log.</summary>
/// <param name="Cluster">The cluster's ID.</param>
/// <param name="Member">The member's ID.</param>
/// <remarks>
/// Source: etcd <c>server/storage/wal/wal.go</c> (a segment starts with a checksum record and a metadata record) and
/// <c>api/etcdserverpb/etcdserver.proto</c> (Metadata), v3.6; the same from 3.0 on.
/// </remarks>
internal sealed record WalIdentity(ClusterId Cluster, MemberId Member)
{
    private const int MemberField = 1;
    private const int ClusterField = 2;

    /// <summary>Finds the IDs in the first bytes of a segment. Checksums are not verified: the IDs are compared with known IDs.</summary>
    /// <param name="start">In hexadecimal; null or too short if there is no segment.</param>
    /// <returns>Null if the IDs are not found: not a log, or a log in an unknown format. That proves nothing.</returns>
    public static WalIdentity? Parse(string? start)
    {
        if (start is null) return null;
        byte[] bytes;
        try
        {
            bytes = Convert.FromHexString(start);
        }
        catch (FormatException)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = bytes;
        while (rest.Length >= WalFrame.Size)
        {
            WalFrame frame = WalFrame.Parse(rest);
            rest = rest[WalFrame.Size..];
            if (frame.Length == 0 || frame.Length > rest.Length || !WalRecord.TryParse(rest[..(int)frame.Length], out WalRecord record)) return null;
            if (record.Type == WalRecordType.Metadata) return Of(record.Data);
            if (frame.Total > rest.Length) return null;
            rest = rest[(int)frame.Total..];
        }

        return null;
    }

    private static WalIdentity? Of(ReadOnlySpan<byte> metadata)
    {
        ulong member = 0, cluster = 0;
        var fields = new WalFields(metadata);
        while (fields.MoveNext())
        {
            switch (fields.Number)
            {
                case MemberField: member = fields.Value; break;
                case ClusterField: cluster = fields.Value; break;
            }
        }

        return cluster == 0 ? null : new WalIdentity(new ClusterId(cluster), new MemberId(member));
    }
}
