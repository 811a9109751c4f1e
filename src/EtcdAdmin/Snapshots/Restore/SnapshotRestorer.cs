using System.Globalization;
using EtcdAdmin.Clusters;
using EtcdAdmin.Deployment;
using EtcdAdmin.Plans;

namespace EtcdAdmin.Snapshots;

/// <summary>Puts the data of a snapshot in place of a cluster's data, on all members, and proves it.</summary>
/// <param name="context">The surroundings.</param>
public sealed class SnapshotRestorer(AdminContext context)
{
    /// <summary>Verifies the snapshot and plans its restore; changes nothing.</summary>
    /// <param name="cluster">A managed cluster, running or not.</param>
    /// <param name="request">What to restore.</param>
    /// <param name="events">Gets the progress of the verification.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="EtcdException">
    /// SnapshotNotFound, SnapshotUnreadable, SnapshotInvalid: the file. SnapshotVersionMismatch, ClusterNotManaged, ClusterNotFound,
    /// SpecInvalid, PackageNotFound, NotSupported: the cluster.
    /// </exception>
    public async Task<Operation<EtcdRestore>> PlanAsync(
        EtcdCluster cluster, RestoreRequest request, IProgress<EtcdEvent>? events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        ArgumentNullException.ThrowIfNull(request);
        cluster = await AsItIsNowAsync(cluster, cancellationToken).ConfigureAwait(false);
        ClusterSpec spec = cluster.RequireSpec();
        if (spec is not { Installed: true, Version: { } version }) throw NotInstalled(cluster);
        SnapshotInfo info = await SnapshotInspector.InspectAsync(request.Path, events, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<string> warnings = RestoreGuard.Check(info, version, request);
        RestoreTool[] tools = await Task.WhenAll(spec.Members.Select(member =>
            RestoreTool.FindAsync(context.HostOf(member), member, version, cancellationToken))).ConfigureAwait(false);
        RevisionBump bump = await RevisionBump
            .ChooseAsync(cluster, info, request, tools.All(tool => tool.CanBump), cancellationToken).ConfigureAwait(false);
        if (bump.Warning is { } warning) warnings = [.. warnings, warning];
        return await PlanAsync(new RestoreInput(cluster, request, info, bump.Amount, warnings), cancellationToken).ConfigureAwait(false);
    }

    // Settings that were changed since are kept. After another restore, or with another version or other members, what was agreed to
    // means something else.
    private async Task<Operation<EtcdRestore>> PlanAgainAsync(RestoreInput input, CancellationToken cancellationToken)
    {
        EtcdCluster now = await AsItIsNowAsync(input.Cluster, cancellationToken).ConfigureAwait(false);
        ClusterSpec planned = input.Cluster.RequireSpec();
        ClusterSpec found = now.RequireSpec();
        bool isSame = found.Token == planned.Token && found.Version == planned.Version && found.Members.SequenceEqual(planned.Members);
        if (!isSame) throw OutdatedPlan.Of(now.Name);
        return await PlanAsync(input with { Cluster = now }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The cluster by its profile: who holds the object may have got it long ago.</summary>
    private async Task<EtcdCluster> AsItIsNowAsync(EtcdCluster cluster, CancellationToken cancellationToken)
    {
        cluster.RequireSpec();
        EtcdCluster saved = await context.Profiles.LoadAsync(cluster.Name, cancellationToken).ConfigureAwait(false);
        return cluster.WithSpec(saved.RequireSpec());
    }

    private async Task<Operation<EtcdRestore>> PlanAsync(RestoreInput input, CancellationToken cancellationToken)
    {
        EtcdCluster cluster = input.Cluster;
        ClusterSpec old = cluster.RequireSpec();
        // Another token, so that a member of the old cluster that was overlooked cannot mix with the new one.
        ClusterSpec restored = SpecChanges.Founded(old) with { Token = SpecBuilder.NewToken(cluster.Name) };
        string stamp = context.Clock.GetUtcNow().UtcDateTime.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var members = new List<MemberRestore>();
        foreach (MemberSpec member in old.Members)
        {
            MemberServiceState state = await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false);
            members.Add(new MemberRestore(context, member, old, restored, state.IsRunning, stamp));
        }

        var outcome = new RestoreOutcome(context, input, cluster.WithSpec(restored), members);
        return new Operation<EtcdRestore>(
            RestorePlan.Make(input, members, outcome),
            input.Warnings,
            take => OperationLock.TakeAsync(context, cluster.Name, old.Members, take),
            again => PlanAgainAsync(input, again),
            _ => Task.FromResult(outcome.Result));
    }

    private static EtcdException NotInstalled(EtcdCluster cluster) => new(
        EtcdErrorIds.SpecInvalid, EtcdErrorKind.InvalidOperation, $"Cluster '{cluster.Name}' has never been completely installed.")
    {
        Target = cluster.Name,
        NextStep = "Run Install-EtcdCluster again first; it carries on.",
    };
}

/// <summary>What a restore was decided to be.</summary>
internal sealed record RestoreInput(
    EtcdCluster Cluster, RestoreRequest Request, SnapshotInfo Info, long Bump, IReadOnlyList<string> Warnings);
