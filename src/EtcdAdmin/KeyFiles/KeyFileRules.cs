namespace EtcdAdmin.KeyFiles;

/// <summary>The limits of key files and of writing their keys.</summary>
internal static class KeyFileRules
{
    /// <summary>Length limit of a record: more than ten times etcd's largest value, in Base64.</summary>
    public const int MaxRecord = 64 << 20;

    /// <summary>Seconds. Source: etcd <c>server/lease/lessor.go</c>, MaxLeaseTTL.</summary>
    public const long MaxTtl = 9_000_000_000;

    /// <summary>Operations of one transaction; etcd's default of <c>--max-txn-ops</c>.</summary>
    public const int MaxOperations = 128;

    /// <summary>Bytes of one request; etcd's default of <c>--max-request-bytes</c>.</summary>
    public const int MaxRequest = 3 << 19;

    /// <summary>Approximate bytes of a key in a request, in addition to its own bytes: a condition and a put with their fields.</summary>
    public const int KeyOverhead = 64;

    /// <summary>Bytes of a request in addition to its keys: etcd's limit includes the raft entry around the request.</summary>
    public const int RequestOverhead = 1024;

    /// <summary>The minimum bytes of a put with its condition in a raft entry, in addition to twice the key and the value. Every server refuses a key
    /// that
    /// /// exceeds its limit with this minimum.</summary>
    public const int LeastOverhead = 16;

    /// <summary>The maximum bytes that a lease adds to a put.</summary>
    public const int LeaseOverhead = 10;

    /// <summary>The maximum number of errors that are reported for one file.</summary>
    public const int MaxErrors = 10;

    /// <summary>Bytes of a key in a request. The key occurs twice: in a condition and in a put.</summary>
    public static long Cost(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => (2L * key.Length) + value.Length + KeyOverhead;
}
