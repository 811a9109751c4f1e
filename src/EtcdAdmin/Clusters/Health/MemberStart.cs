using EtcdAdmin.Errors;

namespace EtcdAdmin.Clusters.Health;

/// <summary>The outcome of starting one member together with others.</summary>
/// <param name="Member">Its name.</param>
/// <param name="Verdict">Its health; not healthy if the cluster still has no quorum. Null if it did not start or answer.</param>
/// <param name="Error">Why it did not start or answer; null if it did.</param>
public sealed record MemberStart(string Member, EtcdHealth? Verdict, EtcdException? Error)
{
    /// <summary>Whether it runs and answers but needs other members for a quorum.</summary>
    public bool LacksQuorum => Verdict is { Serves: false };
}
