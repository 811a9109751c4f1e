using EtcdAdmin.Clusters;

namespace EtcdAdmin.Deployment;

/// <summary>What the planner found, and what is wanted: everything from which the steps follow.</summary>
internal sealed record InstallState
{
    /// <summary>The saved cluster; null if it is new.</summary>
    public EtcdCluster? Existing { get; init; }

    /// <summary>What shall be.</summary>
    public required ClusterSpec Wanted { get; init; }

    /// <summary>By member name.</summary>
    public required IReadOnlyDictionary<string, MemberFacts> Facts { get; init; }

    /// <summary>The members whose etcd runs.</summary>
    public required IReadOnlySet<string> Running { get; init; }

    /// <summary>The hosts that lack the wanted release, each with one of its members.</summary>
    public IEnumerable<MemberSpec> HostsWithoutBinary => Wanted.Members
        .Where(member => !Facts[member.Name].HasBinary)
        .DistinctBy(member => (member.HostName, member.BinDirectory));

    /// <summary>Whether its configuration on the host is not the wanted one.</summary>
    public bool ConfigDiffers(MemberSpec member) =>
        Wanted.Version is null || Facts[member.Name].ConfigSha256 != MemberFiles.ConfigSha256(Wanted, member);

    /// <summary>Whether it lacks certificates that it should have.</summary>
    public bool LacksPki(MemberSpec member) => Wanted.Tls && !Facts[member.Name].HasPki;

    /// <summary>Reads the hosts.</summary>
    public static async Task<InstallState> ReadAsync(
        AdminContext context, EtcdCluster? existing, ClusterSpec wanted, CancellationToken cancellationToken)
    {
        var facts = new Dictionary<string, MemberFacts>(StringComparer.Ordinal);
        foreach (IGrouping<string, MemberSpec> members in wanted.Members.GroupBy(member => member.HostName))
        {
            HostFacts read = await HostFacts
                .ReadAsync(context.Hosts.Get(members.Key), [.. members], wanted.Version, cancellationToken).ConfigureAwait(false);
            foreach ((string name, MemberFacts found) in read.Members) facts[name] = found;
        }

        var running = new HashSet<string>(StringComparer.Ordinal);
        foreach (MemberSpec member in wanted.Members)
        {
            MemberServiceState state = await context.ServiceOf(member).GetStateAsync(member, cancellationToken).ConfigureAwait(false);
            if (state.IsRunning) running.Add(member.Name);
        }

        return new InstallState { Existing = existing, Wanted = wanted, Facts = facts, Running = running };
    }

    /// <summary>Refuses to start over data that is not this installation's, or where a member has lost its data.</summary>
    /// <exception cref="EtcdException">DataExists, MemberDataLost.</exception>
    public void Guard()
    {
        bool installed = Existing?.Spec is { Installed: true };
        foreach (MemberSpec member in Wanted.Members)
        {
            bool hasData = Facts[member.Name].HasData;
            if (Existing is null && hasData)
            {
                throw new EtcdException(EtcdErrorIds.DataExists, EtcdErrorKind.InvalidOperation,
                    $"{member.HostName} holds data of an earlier cluster in {member.Layout.DataDirectory}.")
                {
                    Target = member.Layout.DataDirectory,
                    NextStep = "Move the folder away, or choose another cluster name.",
                };
            }

            if (!installed || hasData) continue;
            throw new EtcdException(EtcdErrorIds.MemberDataLost, EtcdErrorKind.InvalidOperation,
                $"Member {member.Name} has no data in {member.Layout.DataDirectory} although the cluster was installed before. "
                + "Starting it empty could lose writes that it had confirmed.")
            {
                Target = member.Name,
                NextStep = "Bring the folder back, or restore the whole cluster from a snapshot with Restore-EtcdSnapshot.",
            };
        }
    }
}
