using System.Buffers.Binary;
using System.Security.Cryptography;
using EtcdAdmin.Client;
using EtcdAdmin.Client.Errors;
using EtcdAdmin.Client.Records;

namespace EtcdAdmin.Clusters.Health;

/// <summary>
/// The hash of a member's keys and values, for members that cannot make one themselves: it is made here from all keys at a revision.
/// </summary>
/// <remarks>etcd has HashKV since 3.3 (<c>etcdserver/etcdserverpb/rpc.proto</c>). Its Hash, which older versions have too, covers data that differs
/// between healthy members. The keys of one revision are the same on all members; their history is not compared.</remarks>
internal static class KeyHash
{
    private const string RangePath = "/etcdserverpb.KV/Range";

    private static readonly EtcdVersion FirstWithHashKv = new(3, 3, 0);

    /// <summary>Whether a member has no hash of its own.</summary>
    public static bool IsNeeded(MemberStatus status) => EtcdVersion.TryParse(status.Version, out EtcdVersion version) && version < FirstWithHashKv;

    /// <summary>Reads all keys of a member, from its own data, and hashes them.</summary>
    /// <param name="member">The member.</param>
    /// <param name="endpoint">Its address, for the error.</param>
    /// <param name="header">The header of its status.</param>
    /// <param name="revision">The revision.</param>
    /// <param name="limit">The time limit for all keys.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="EtcdRpcException">The keys could not be read, or not in time.</exception>
    public static async Task<KvHash> ReadAsync(
        EtcdClient member, Uri endpoint, EtcdHeader header, long revision, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        time.CancelAfter(limit);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var options = new RangeOptions { Revision = revision, Serializable = true };
            await foreach (EtcdKeyValue key in member.Kv.RangeAsync(KeyRange.All, options, time.Token).ConfigureAwait(false)) Append(hash, key);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw RpcErrors.Timeout(endpoint, RangePath, limit, e);
        }

        return new KvHash(header, BinaryPrimitives.ReadUInt32BigEndian(hash.GetHashAndReset()), CompactRevision: 0, revision);
    }

    private static void Append(IncrementalHash hash, EtcdKeyValue key)
    {
        // The lengths keep a key and its value apart.
        Span<byte> numbers = stackalloc byte[6 * sizeof(long)];
        ReadOnlySpan<long> values = [key.Key.Length, key.Value.Length, key.CreateRevision, key.ModRevision, key.Version, key.Lease.Value];
        for (int i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(numbers[(i * sizeof(long))..], values[i]);
        hash.AppendData(numbers);
        hash.AppendData(key.Key.Span);
        hash.AppendData(key.Value.Span);
    }
}
