namespace EtcdAdmin.Client.Records;

/// <summary>A granted lease.</summary>
/// <param name="Header">The header of the answer.</param>
/// <param name="Id">The lease.</param>
/// <param name="Ttl">The time until it expires without another keep-alive; etcd raises short times to its minimum.</param>
public sealed record LeaseGrant(EtcdHeader Header, LeaseId Id, TimeSpan Ttl);

/// <summary>The state of a lease.</summary>
/// <param name="Header">The header of the answer.</param>
/// <param name="Id">The lease.</param>
/// <param name="Remaining">The time until it expires; null if the lease does not exist.</param>
/// <param name="GrantedTtl">The granted time, renewed by each keep-alive.</param>
/// <param name="Keys">The keys of the lease; empty if not requested.</param>
public sealed record LeaseInfo(
    EtcdHeader Header, LeaseId Id, TimeSpan? Remaining, TimeSpan GrantedTtl, IReadOnlyList<ReadOnlyMemory<byte>> Keys)
{
    /// <summary>Whether the lease exists.</summary>
    public bool Exists => Remaining is not null;
}
