using EtcdAdmin.Client;

namespace EtcdAdmin.Clusters.Health;

/// <summary>All that was found about one member.</summary>
/// <param name="Target">The member.</param>
/// <param name="Probe">Its answers.</param>
internal sealed record MemberAnswer(HealthTarget Target, MemberProbe Probe)
{
    /// <summary>Whether another cluster answers at its address.</summary>
    public bool IsOther { get; init; }

    /// <summary>The state on its host; null if that was not checked.</summary>
    public HostLookResult? Look { get; init; }

    /// <summary>The test write; null without one.</summary>
    public WriteProbe? Write { get; init; }

    /// <summary>The hash of its data; null if not requested.</summary>
    public MemberHash? Hash { get; init; }

    /// <summary>Whether its answers come from this cluster.</summary>
    public bool IsOfCluster => Target.IsMember != false && !IsOther;

    /// <summary>Whether a test write makes sense: learners refuse writes, and without a quorum a write cannot succeed.</summary>
    public bool MayWrite => IsOfCluster && Probe.Reachable && Probe.HasQuorum != false && Probe.Status?.IsLearner != true;
}

/// <summary>Checks one member, within the time of the check.</summary>
/// <param name="cluster">Its cluster.</param>
/// <param name="options">The options.</param>
/// <param name="targets">All members.</param>
/// <param name="round">The answers of the members.</param>
/// <param name="look">The states on their hosts.</param>
/// <param name="certificates">Checks their certificates.</param>
internal sealed class MemberInquiry(
    EtcdCluster cluster, HealthOptions options, HealthTargets targets, HealthRound round, HostLook look, CertificateEnd certificates)
{
    /// <summary>Checks the member.</summary>
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
            WriteProbe write = await (cluster.IsBefore3
                ? WriteProbe.WriteBefore3Async(member.WithCalls(round.Left, retry: false), round.Token)
                : WriteProbe.WriteAsync(() => member.WithCalls(round.Left, retry: true), cluster.Credential?.UserName, round.Token))
                .ConfigureAwait(false);
            answer = answer with { Write = write };
        }

        // A member whose disk has become read-only answers until it writes.
        Task<HostLookResult?> looking = answer.Write is { Written: false } ? look.AnywayAsync(target) : look.OfAsync(target);
        return answer with { Look = await looking.ConfigureAwait(false) };
    }
}
