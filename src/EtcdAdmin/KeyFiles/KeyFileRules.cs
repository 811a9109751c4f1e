namespace EtcdAdmin.KeyFiles;

/// <summary>The numbers of files of keys and of writing them.</summary>
internal static class KeyFileRules
{
    /// <summary>The longest record that is read: more than ten times etcd's largest value, in Base64.</summary>
    public const int MaxRecord = 64 << 20;

    /// <summary>Seconds. Source: etcd <c>server/lease/lessor.go</c>, MaxLeaseTTL.</summary>
    public const long MaxTtl = 9_000_000_000;

    /// <summary>Operations of one transaction; etcd's own default of <c>--max-txn-ops</c>.</summary>
    public const int MaxOperations = 128;

    /// <summary>Bytes of one request; etcd's own default of <c>--max-request-bytes</c>.</summary>
    public const int MaxRequest = 3 << 19;

    /// <summary>What a key costs in a request beside its own bytes, roughly: a condition and a put with their fields.</summary>
    public const int KeyOverhead = 64;

    /// <summary>What a request costs beside its keys: etcd's own limit counts the raft entry around it.</summary>
    public const int RequestOverhead = 1024;

    /// <summary>What a put with its condition takes at least in a raft entry beside the key, twice, and the value. What is larger than the limit with that is refused by every server.</summary>
    public const int LeastOverhead = 16;

    /// <summary>What a lease adds to a put, at most.</summary>
    public const int LeaseOverhead = 10;

    /// <summary>How many errors of a file are told at once.</summary>
    public const int MaxErrors = 10;

    /// <summary>Bytes that a key takes in a request; it is named twice, in a condition and in a put.</summary>
    public static long Cost(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value) => (2L * key.Length) + value.Length + KeyOverhead;
}
