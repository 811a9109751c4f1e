using EtcdAdmin.Client;

namespace EtcdAdmin.Clusters.Health;

/// <summary>All that was found out about one member.</summary>
/// <param name="Target">Who was asked.</param>
/// <param name="Probe">What it answered.</param>
internal sealed record MemberAnswer(HealthTarget Target, MemberProbe Probe)
{
    /// <summary>Another cluster answers at its address.</summary>
    public bool IsOther { get; init; }

    /// <summary>What its host says; null where that was not asked.</summary>
    public HostLookResult? Look { get; init; }

    /// <summary>The test write; null where there was none.</summary>
    public WriteProbe? Write { get; init; }

    /// <summary>The hash of its data; null where it was not asked for.</summary>
    public MemberHash? Hash { get; init; }

    /// <summary>Whether what it answers is of this cluster.</summary>
    public bool IsOfCluster => Target.IsMember != false && !IsOther;

    /// <summary>Learners refuse writes, and where there is no quorum one more attempt says nothing new.</summary>
    public bool MayWrite => IsOfCluster && Probe.Reachable && Probe.HasQuorum != false && Probe.Status?.IsLearner != true;
}

/// <summary>Finds out about one member, in the time that the check has.</summary>
/// <param name="cluster">Its cluster.</param>
/// <param name="options">How to check.</param>
/// <param name="targets">All members.</param>
/// <param name="round">What the members answer.</param>
/// <param name="look">What their hosts say.</param>
/// <param name="certificates">What their certificates are judged by.</param>
internal sealed class MemberInquiry(
    EtcdCluster cluster, HealthOptions options, HealthTargets targets, HealthRound round, HostLook look, CertificateEnd certificates)
{
    /// <summary>Finds it out.</summary>
    /// <param name="target">The member.</param>
    public async Task<MemberAnswer> AskAsync(HealthTarget target)
    {
        if (target.Endpoint is not { } endpoint) return new MemberAnswer(target, MemberProbe.None);
        MemberProbe probe = await round.AskAsync(endpoint).ConfigureAwait(false);
        var answer = new MemberAnswer(target, probe) { IsOther = targets.IsOther(probe.Status) };
        if (probe.Reachable) await certificates.RefreshAsync(endpoint, round).ConfigureAwait(false);
        if (options.CheckWrite && answer.MayWrite)
        {
            EtcdClient member = cluster.Client.ForEndpoint(endpoint);
            WriteProbe write = await WriteProbe.WriteAsync(
                () => member.WithCalls(round.Left, retry: true), cluster.Credential?.UserName, round.Token).ConfigureAwait(false);
            answer = answer with { Write = write };
        }

        // A member whose disk has become read-only answers until it writes.
        Task<HostLookResult?> looking = answer.Write is { Written: false } ? look.AnywayAsync(target) : look.OfAsync(target);
        return answer with { Look = await looking.ConfigureAwait(false) };
    }
}
