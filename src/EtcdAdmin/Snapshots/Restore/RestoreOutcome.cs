using EtcdAdmin.Clusters;

namespace EtcdAdmin.Snapshots;

/// <summary>Proves a restore, records it in the profile, and tells about it.</summary>
internal sealed class RestoreOutcome(
    AdminContext context, RestoreInput input, EtcdCluster cluster, IReadOnlyList<MemberRestore> members)
{
    private uint _hash;

    public EtcdRestore Result => new()
    {
        Cluster = cluster,
        Path = input.Info.Path,
        Revision = input.Info.CurrentRevision + input.Bump,
        RevisionBump = input.Bump,
        TotalKeys = input.Info.TotalKeys,
        Hash = _hash,
        Backup = input.Request.SkipBackup ? [] : [.. members.Select(member => $"{member.Member.HostName}:{member.Backup}")],
    };

    public async Task ProveAsync(CancellationToken cancellationToken)
    {
        await new HealthGate(context).WaitAsync(cluster, input.Request.HealthTimeout, cancellationToken).ConfigureAwait(false);
        _hash = await new RestoreProof(cluster, input.Info, input.Bump).MakeAsync(context.Clock, cancellationToken).ConfigureAwait(false);
        await context.Profiles.SaveAsync(cluster, cancellationToken).ConfigureAwait(false);
    }
}
