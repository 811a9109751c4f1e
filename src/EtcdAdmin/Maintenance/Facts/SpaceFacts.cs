using EtcdAdmin.Client.Records;
using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Health;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Provisioning.Joining;

namespace EtcdAdmin.Maintenance.Facts;

/// <summary>The members of a cluster with their space, which all maintenance of space starts from.</summary>
/// <param name="Membership">The members and their health.</param>
/// <param name="Members">The same with their disks, without members that have never started.</param>
/// <param name="ReadAt">When the reading began, as a timestamp of the context's clock.</param>
internal sealed record SpaceFacts(Membership Membership, IReadOnlyList<MemberSpace> Members, long ReadAt)
{
    /// <summary>The cluster, as its profile has it now.</summary>
    public EtcdCluster Cluster => Membership.Cluster;

    /// <summary>The armed alarms.</summary>
    /// <exception cref="EtcdException">NotHealthy: no member reported them.</exception>
    public IReadOnlyList<MemberAlarm> Alarms => Membership.Health.Alarms ?? throw new EtcdException(
        EtcdErrorIds.NotHealthy, $"No member of cluster '{Cluster.Name}' reported its alarms.")
    {
        Target = Cluster.Name,
        NextStep = "Check the members with Get-EtcdHealth; it shows why they do not answer, or refuse your user.",
    };

    /// <summary>Reads members, health and disks.</summary>
    /// <exception cref="EtcdException">See <see cref="Membership.ReadAsync"/>. A host that does not answer is left out.</exception>
    public static async Task<SpaceFacts> ReadAsync(AdminContext context, EtcdCluster cluster, CancellationToken cancellationToken)
    {
        long readAt = context.Clock.GetTimestamp();
        cluster = await Membership.AsSavedAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<MemberSpec> specs = cluster.Spec?.Members ?? [];
        // The hosts are looked at while the members answer.
        Dictionary<MemberSpec, Task<DiskSpace?>> disks =
            specs.ToDictionary(spec => spec, spec => DataDisk.ReadAsync(context, spec, cancellationToken));
        Membership membership = await Membership.ReadAsync(context, cluster, cancellationToken).ConfigureAwait(false);
        MemberSpace?[] members = await Task.WhenAll(membership.Members.Select(async member =>
        {
            if (membership.Health.Members.FirstOrDefault(found => found.MemberId == member.Id) is not { } health) return null;
            MemberSpec? spec = specs.FirstOrDefault(known => membership.Find(known)?.Id == member.Id);
            return new MemberSpace(member.Id, health, spec, spec is null ? null : await disks[spec].ConfigureAwait(false));
        })).ConfigureAwait(false);
        return new SpaceFacts(membership, [.. members.OfType<MemberSpace>().OrderBy(member => member.Name, StringComparer.Ordinal)], readAt);
    }

    /// <summary>Throws if any member does not serve: a member that is defragmented does not serve either.</summary>
    /// <param name="what">What needs all members, as a subject.</param>
    /// <exception cref="EtcdException">NotHealthy.</exception>
    public void RequireAll(string what)
    {
        EtcdHealth[] down = [.. Membership.Health.Members.Where(member => !member.Serves)];
        if (down.Length == 0) return;
        throw new EtcdException(EtcdErrorIds.NotHealthy,
            $"{what} needs all members of cluster '{Cluster.Name}', because one of them at a time does not serve. These do not serve now: "
                + $"{string.Join("; ", down.Select(member => $"{member.Member}: {member.Reason}"))}")
        {
            Target = Cluster.Name,
            NextStep = "Bring them up first (Start-EtcdMember), or remove members that are lost for good (Remove-EtcdMember).",
        };
    }

    /// <summary>Members by name, id or host, in the order of the request; all for an empty request.</summary>
    /// <exception cref="EtcdException">MemberNotFound.</exception>
    public IReadOnlyList<MemberSpace> Choose(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return Members;
        return [.. names.Select(name =>
        {
            MemberTarget target = MemberTarget.Find(Membership, name);
            return Members.FirstOrDefault(member => member.Id == target.Member?.Id) ?? throw new EtcdException(
                EtcdErrorIds.MemberNotFound, $"Member {target.Name} of cluster '{Cluster.Name}' has never started, or is only in the profile.")
            {
                Target = target.Name,
                NextStep = "Get-EtcdMember shows its state.",
            };
        }).DistinctBy(member => member.Id)];
    }
}
