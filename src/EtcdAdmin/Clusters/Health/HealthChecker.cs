using EtcdAdmin.Clusters.Profiles;

namespace EtcdAdmin.Clusters.Health;

/// <summary>Checks all members of a cluster at once.</summary>
/// <param name="context">The environment.</param>
public sealed class HealthChecker(AdminContext context)
{
    /// <summary>Checks a cluster. A member that does not answer is a result, not an error, and takes no longer than the timeout.</summary>
    /// <param name="cluster">Any cluster, managed or not.</param>
    /// <param name="options">The options.</param>
    /// <param name="cancellationToken">Cancels the check.</param>
    public async Task<ClusterHealth> CheckAsync(EtcdCluster cluster, HealthOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(options);
        var round = new HealthRound(cluster, options, context.Clock, cancellationToken);
        var look = new HostLook(context, cluster, options, round);
        // All known addresses, and the hosts of those that do not answer, are checked while the members are being listed: otherwise a silent cluster
        // would cost the timeout once for each of these.
        foreach (Uri endpoint in cluster.Endpoints)
        {
            _ = round.AskAsync(endpoint);
            _ = look.OfAsync(HealthTarget.From(cluster, endpoint));
        }

        HealthTargets targets = await HealthTargets.FindAsync(cluster, options, round).ConfigureAwait(false);
        var certificates = new CertificateEnd(cluster, options.WarnDays, context.Clock);
        var inquiry = new MemberInquiry(cluster, options, targets, round, look, certificates);
        Task<MemberHash?[]>? hashing =
            options.CheckHash ? new HashCheck(cluster, targets, round) { PrefersCompacted = options.PrefersCompactedHash }.AskAsync() : null;
        Task<IReadOnlyList<HealthTarget>> strangers = targets.FindStrangersAsync(cluster, options, round);
        MemberAnswer[] answers = await Task.WhenAll(targets.All.Select(inquiry.AskAsync)).ConfigureAwait(false);
        if (hashing is not null)
        {
            MemberHash?[] hashes = await hashing.ConfigureAwait(false);
            answers = [.. answers.Zip(hashes, (answer, hash) => answer with { Hash = hash })];
        }

        MemberAnswer[] others = await Task.WhenAll((await strangers.ConfigureAwait(false)).Select(inquiry.AskAsync)).ConfigureAwait(false);
        answers = [.. answers.Concat(others).OrderBy(answer => answer.Target.Name, StringComparer.Ordinal)];
        MemberAnswer? furthest = answers.Where(answer => answer.IsOfCluster).MaxBy(answer => answer.Probe.Status?.Header.Revision);
        if (options.SavesRevision) await SaveRevisionAsync(cluster, furthest, cancellationToken).ConfigureAwait(false);

        var evaluator = new HealthEvaluator(cluster, targets, answers, certificates);
        var health = new ClusterHealth([.. answers.Select(evaluator.Of)])
        {
            Alarms = evaluator.Alarms,
            Warnings = cluster.IsBefore3 && options.CheckHash
                ? [.. evaluator.Warnings, $"The data of cluster '{cluster.Name}' was not compared: etcd 2.3 has no hash of its data."]
                : evaluator.Warnings,
            Revision = furthest?.Probe.Status?.Header.Revision,
            ClusterId = furthest?.Probe.Status?.Header.ClusterId,
        };
        return health with { Members = [.. health.Members.Select(member => member with { Summary = health.Summary })] };
    }

    private async Task SaveRevisionAsync(EtcdCluster cluster, MemberAnswer? furthest, CancellationToken cancellationToken)
    {
        if (furthest?.Probe.Status is { Header.Revision: > 0 } status) // API 2 has no revisions
            await new LastSeenStore(context).NoteAsync(cluster.Name, status.Header.Revision, furthest.Target.Name, cancellationToken).ConfigureAwait(
                false);
    }
}
