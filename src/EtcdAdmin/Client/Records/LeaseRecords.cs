namespace EtcdAdmin.Client.Records;

/// <summary>A lease that lives.</summary>
/// <param name="Header">Who answered.</param>
/// <param name="Id">The lease.</param>
/// <param name="Ttl">How long it lives from now on without another keep-alive; etcd raises short ones to its own minimum.</param>
public sealed record LeaseGrant(EtcdHeader Header, LeaseId Id, TimeSpan Ttl);

/// <summary>What is known of a lease.</summary>
/// <param name="Header">Who answered.</param>
/// <param name="Id">The lease.</param>
/// <param name="Remaining">How long it still lives; null if there is no such lease.</param>
/// <param name="GrantedTtl">What it was granted, and gets again with each keep-alive.</param>
/// <param name="Keys">The keys that go with it; empty if not asked for.</param>
public sealed record LeaseInfo(
    EtcdHeader Header, LeaseId Id, TimeSpan? Remaining, TimeSpan GrantedTtl, IReadOnlyList<ReadOnlyMemory<byte>> Keys)
{
    /// <summary>The lease exists.</summary>
    public bool Exists => Remaining is not null;
}
