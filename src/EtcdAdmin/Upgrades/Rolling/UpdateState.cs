using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Members;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Settings.Translation;
using EtcdAdmin.Snapshots;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Rolling;

/// <summary>How far a version change has come. The profile has it too, so that every command knows the version of each member.</summary>
/// <param name="context">The context.</param>
/// <param name="cluster">The cluster as it is now.</param>
internal sealed class UpdateState(AdminContext context, EtcdCluster cluster)
{
    private QuorumSpare? _spare;

    /// <summary>The context.</summary>
    public AdminContext Context => context;

    /// <summary>The cluster, with the versions that its members have now.</summary>
    public EtcdCluster Cluster { get; private set; } = cluster;

    /// <summary>Whether a member was changed by this run.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>The snapshot that was saved before the members are changed; null before that.</summary>
    public EtcdSnapshot? Snapshot { get; set; }

    /// <summary>Tells whether a member may be stopped.</summary>
    public QuorumSpare Spare => _spare ??= new QuorumSpare(context, Cluster);

    /// <summary>The cluster with another version of one member, not recorded yet.</summary>
    public EtcdCluster With(MemberSpec member, EtcdVersion version) => Cluster.WithSpec(Change(member, version));

    /// <summary>Records that the programs of a version are on the hosts, so that uninstalling removes them too.</summary>
    public Task RecordProgramsAsync(EtcdVersion version, CancellationToken cancellationToken)
    {
        ClusterSpec spec = Cluster.RequireSpec();
        return spec.AllVersions.Contains(version)
            ? Task.CompletedTask
            : SaveAsync(spec with { OtherVersions = [.. spec.OtherVersions ?? [], version] }, cancellationToken);
    }

    /// <summary>Records that a member runs another version.</summary>
    public async Task RecordAsync(MemberSpec member, EtcdVersion version, CancellationToken cancellationToken)
    {
        await SaveAsync(Change(member, version), cancellationToken).ConfigureAwait(false);
        HasChanged = true;
    }

    /// <summary>Records that all members run the version of a change.</summary>
    public Task FinishAsync(VersionChange change, CancellationToken cancellationToken)
    {
        ClusterSpec spec = Cluster.RequireSpec();
        return SaveAsync(spec with
        {
            Version = change.To,
            OtherVersions = spec.AllVersions.Where(version => version != change.To).ToArray() is { Length: > 0 } others ? others : null,
            Tuning = spec.Version is { } old ? SettingTranslation.Of(Cluster.Name, spec.Tuning, old, change.To).Tuning : spec.Tuning,
            Members = [.. spec.Members.Select(member => member with { Version = null })],
        }, cancellationToken);
    }

    private ClusterSpec Change(MemberSpec member, EtcdVersion version)
    {
        ClusterSpec spec = Cluster.RequireSpec();
        EtcdVersion? own = version == spec.Version ? null : version;
        return spec with { Members = [.. spec.Members.Select(other => other.Name == member.Name ? other with { Version = own } : other)] };
    }

    private async Task SaveAsync(ClusterSpec spec, CancellationToken cancellationToken)
    {
        EtcdCluster next = Cluster.WithSpec(spec);
        await context.Profiles.SaveAsync(next, cancellationToken).ConfigureAwait(false);
        Cluster = next;
    }
}
