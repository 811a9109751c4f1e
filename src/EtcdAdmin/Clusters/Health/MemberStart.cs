using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Health;

/// <summary>What became of a member that was started together with others.</summary>
/// <param name="Member">Its name.</param>
/// <param name="Verdict">How it is; not healthy where the cluster still lacks a quorum. Null where it did not start or answer.</param>
/// <param name="Error">Why it did not start or answer; null where it did.</param>
public sealed record MemberStart(string Member, EtcdHealth? Verdict, EtcdException? Error)
{
    /// <summary>It runs and answers, and cannot serve before others of its cluster run.</summary>
    public bool LacksQuorum => Verdict is { Serves: false };
}
