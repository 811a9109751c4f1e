using EtcdAdmin.Client;

namespace EtcdAdmin.Clusters;

/// <summary>Asks all members of a cluster at once how they are.</summary>
/// <param name="context">The surroundings.</param>
public sealed class HealthChecker(AdminContext context)
{
    /// <summary>Checks a cluster. A member that does not answer is a verdict, not an error.</summary>
    /// <param name="cluster">Any cluster, managed or not.</param>
    /// <param name="options">How to check.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ClusterHealth> CheckAsync(EtcdCluster cluster, HealthOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(options);
        IReadOnlyList<HealthTarget> targets = await FindTargetsAsync(cluster, options, cancellationToken).ConfigureAwait(false);
        MemberProbe[] probes = await Task.WhenAll(targets.Select(target => ProbeAsync(cluster, target, options, cancellationToken)))
            .ConfigureAwait(false);
        if (options.NotesRevision) await NoteRevisionAsync(cluster, targets, probes, cancellationToken).ConfigureAwait(false);
        if (options.CheckHash) probes = await HashCheck.AddAsync(cluster, targets, probes, options, cancellationToken).ConfigureAwait(false);

        var verdict = new HealthVerdict(cluster, context.Clock, probes);
        EtcdHealth[] members = await Task.WhenAll(targets.Select(async (target, i) => verdict.Of(
            target,
            probes[i],
            probes[i].Reachable ? null : await ProcessStateAsync(cluster, target, options, cancellationToken).ConfigureAwait(false))))
            .ConfigureAwait(false);
        string summary = new ClusterHealth(members).Summary;
        return new ClusterHealth([.. members.Select(member => member with { Summary = summary })]);
    }

    private async Task NoteRevisionAsync(
        EtcdCluster cluster, IReadOnlyList<HealthTarget> targets, MemberProbe[] probes, CancellationToken cancellationToken)
    {
        (HealthTarget target, MemberProbe probe) = targets.Zip(probes).MaxBy(pair => pair.Second.Status?.Header.Revision);
        if (probe?.Status is { } status) await new LastSeenStore(context).NoteAsync(cluster.Name, status.Header.Revision, target.Name, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<IReadOnlyList<HealthTarget>> FindTargetsAsync(
        EtcdCluster cluster, HealthOptions options, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<Member> members = await MemberQuery.ListAsync(cluster, options.Timeout, cancellationToken).ConfigureAwait(false);
            return [.. members.Select(member => HealthTarget.From(cluster, member)).OrderBy(target => target.Name, StringComparer.Ordinal)];
        }
        catch (EtcdRpcException)
        {
            // Nobody tells who belongs to it, so each known address gets a verdict of its own, with its own reason.
            return [.. cluster.Endpoints.Select(endpoint => HealthTarget.From(cluster, endpoint))];
        }
    }

    private static Task<MemberProbe> ProbeAsync(
        EtcdCluster cluster, HealthTarget target, HealthOptions options, CancellationToken cancellationToken) =>
        target.Endpoint is { } endpoint
            ? MemberProbe.AskAsync(cluster.Client.ForEndpoint(endpoint).WithCalls(options.Timeout, retry: false), options.Timeout, cancellationToken)
            : Task.FromResult(MemberProbe.None);

    /// <summary>For a silent member on a host of ours: whether its process runs.</summary>
    private async Task<string?> ProcessStateAsync(
        EtcdCluster cluster, HealthTarget target, HealthOptions options, CancellationToken cancellationToken)
    {
        if (!options.LookAtProcesses || cluster.Spec?.Members.FirstOrDefault(member => member.Name == target.Name) is not { } member) return null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.Timeout);
        try
        {
            MemberServiceState state = await context.ServiceOf(member).GetStateAsync(member, limit.Token).ConfigureAwait(false);
            return state.IsRunning ? $"process {state.ProcessId} runs" : "its process is not running";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{member.HostName} does not say in time whether its process runs";
        }
        catch (EtcdException e)
        {
            return e.Message;
        }
    }
}
