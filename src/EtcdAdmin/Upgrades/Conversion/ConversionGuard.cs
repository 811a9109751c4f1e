using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Profiles;
using EtcdAdmin.Clusters.Services;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Hosts.Facts;
using EtcdAdmin.Provisioning.Joining;
using EtcdAdmin.Upgrades.Adoption;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>The reasons not to convert a member now.</summary>
public static class ConversionGuard
{
    /// <summary>Refuses to convert members for a new authority if the cluster has no TLS, or if other members would stay as they are: all members
    /// must be converted before the authority can be replaced.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cluster">An imported cluster.</param>
    /// <param name="members">The names of the members to convert.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="EtcdException">ClusterNotManaged, NotSupported.</exception>
    public static async Task CheckAuthorityAsync(
        AdminContext context, EtcdCluster cluster, IReadOnlyList<string> members, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(cluster);
        cluster.RequireSpec();
        EtcdCluster saved = await context.Profiles.LoadAsync(cluster.Name, cancellationToken).ConfigureAwait(false);
        saved.RequireTls();
        string[] others = [.. saved.RequireSpec().Members
            .Where(member => member.Adopted is not null && !members.Contains(member.Name)).Select(member => member.Name)];
        if (others.Length == 0) return;
        throw new EtcdException(EtcdErrorIds.NotSupported,
            $"The authority of cluster '{cluster.Name}' can be replaced only when all members are converted. Not named: {string.Join(", ", others)}. "
                + "Nothing was changed.")
        {
            Target = cluster.Name,
            NextStep = $"Convert all members in one command: Get-EtcdMember {cluster.Name} | Convert-EtcdMember -NewAuthority",
        };
    }

    /// <summary>Refuses if the other members would not keep the quorum, or do not all serve.</summary>
    /// <exception cref="EtcdException">QuorumAtRisk, NotHealthy.</exception>
    internal static void CheckMembers(Membership membership, MemberSpec member, bool allowsInterruption)
    {
        MemberSpec? begun = membership.Cluster.RequireSpec().Members.FirstOrDefault(other => other.Name != member.Name
            && other.Adopted?.ConvertsTo is not null && !membership.Health.Members.Any(known => known.Member == other.Name && known.Serves));
        if (begun is null)
        {
            new RollingRestart(membership).Require([member], "Converting a member", allowsInterruption);
            return;
        }

        throw new EtcdException(EtcdErrorIds.NotHealthy,
            $"The conversion of member {begun.Name} of cluster '{membership.Cluster.Name}' was interrupted, and it does not serve.")
        {
            Target = begun.Name,
            NextStep = $"Continue it first: Convert-EtcdMember {begun.Name} -Cluster {membership.Cluster.Name}.",
        };
    }

    /// <summary>Refuses data of another member, lost data, and certificates that a managed member cannot use.</summary>
    /// <exception cref="EtcdException">MemberDataLost, EtcdExists, NotSupported.</exception>
    internal static void CheckHost(MemberSpec old, MemberSpec managed, bool tls, ConversionFacts facts)
    {
        AdoptedMember adopted = old.Adopted!; // it is converted
        if (!facts.HasOldData && !facts.HasNewData) throw MemberDataCheck.Lost(old);
        if (facts is { HasOldData: true, HasNewData: true })
            throw ManagedPlaces.Unsupported(old, $"both {adopted.DataDirectory} and {managed.Layout.DataDirectory} on {old.HostName} have data",
                $"Find out whose data {managed.Layout.DataDirectory} is, and rename that folder; do not delete it.");
        if (!facts.IsDataOf(adopted))
        {
            throw new EtcdException(EtcdErrorIds.EtcdExists,
                $"The data on {old.HostName} was not written by member {old.Name} of this cluster. Nothing was changed.")
            {
                Target = old.HostName,
                NextStep = "Import the cluster again (Import-EtcdCluster), and check that each host runs the member that the profile names.",
            };
        }

        if (facts.HasOldData && !facts.IsSameFileSystem)
            throw ManagedPlaces.Unsupported(old, $"its data would move from {adopted.DataDirectory} to another file system, which is not a rename",
                "Move the data to the file system of /var/lib/etcd first.");
        if (tls) CheckCertificates(old, adopted, facts);
    }

    /// <summary>Refuses a host without room for the backup and the programs.</summary>
    internal static void CheckSpace(EtcdHost host, string backups, MemberSpec managed, bool copiesPrograms, long dataBytes)
    {
        const long Programs = 128L << 20;
        const long Margin = 64L << 20;
        EtcdException[] problems =
        [
            .. SpaceGuard.Check(
                host,
                [
                    new SpaceNeed(backups, dataBytes + (dataBytes / 10) + Margin),
                    SpaceNeed.When(copiesPrograms, managed.BinDirectory, Programs),
                    new SpaceNeed(managed.Layout.ConfigDirectory, SpaceNeed.SmallFiles),
                ],
                "Free some space there (never by deleting files of etcd's data), or choose another folder for the backup (-BackupDirectory)."),
        ];
        if (problems.Length == 1) throw problems[0];
        if (problems.Length > 1) throw new AggregateException(problems);
    }

    /// <summary>Refuses a profile that no longer describes the running member: its conversion would change settings without a word.</summary>
    /// <exception cref="EtcdException">PlanOutdated.</exception>
    internal static void CheckProfile(string cluster, MemberSpec saved, MemberSpec found)
    {
        AdoptedMember before = saved.Adopted! with { ConvertsTo = null }, now = found.Adopted! with { ConvertsTo = null }; // both are adopted
        if (before == now) return;
        throw new EtcdException(EtcdErrorIds.PlanOutdated,
            $"Member {saved.Name} of cluster '{cluster}' has other files or settings on {saved.HostName} than when it was imported. "
                + "Nothing was changed.")
        {
            Target = saved.Name,
            NextStep = $"Update the profile first: Import-EtcdCluster {cluster} with all hosts.",
        };
    }

    /// <summary>What a conversion changes for clients and operators, as sentences.</summary>
    internal static IEnumerable<string> Warnings(MemberSpec old, MemberSpec managed, EtcdTuning tuning, EtcdTuning own, EtcdInstallation found)
    {
        var listens = managed.ClientListenUrls(old.Adopted!.ClientUrl.Scheme == "https").ToHashSet(); // it is adopted
        string[] lost =
        [
            .. found.Settings.GetValueOrDefault("listen-client-urls", "")
                .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Where(text => Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && !listens.Contains(url)),
        ];
        if (lost.Length > 0 && managed.BindAddress is not ("0.0.0.0" or "::"))
            yield return $"Member {old.Name} will no longer listen at {string.Join(", ", lost)}. "
                + $"Clients on its host use {old.Adopted!.ClientUrl.Authority}.";
        if (AdoptedTuning.Differences(own, tuning).ToArray() is { Length: > 0 } differences)
            yield return $"Member {old.Name} gets the settings of the cluster's profile, which differ: {string.Join(", ", differences)}.";
        if (old.Adopted!.Kind == AdoptedKind.Snap)
            yield return $"When the member serves, the snap is removed from {old.HostName} with all of /snap and /var/snap that is its own. "
                + "The archive keeps a copy of its common folder.";
    }

    private static void CheckCertificates(MemberSpec old, AdoptedMember adopted, ConversionFacts facts)
    {
        (string Name, string? Path)[] files =
        [
            ("trusted-ca-file", adopted.CaFile), ("cert-file", adopted.ServerCertificateFile), ("key-file", adopted.ServerKeyFile),
            ("peer-trusted-ca-file", adopted.PeerCaFile), ("peer-cert-file", adopted.PeerCertificateFile), ("peer-key-file", adopted.PeerKeyFile),
        ];
        string[] missing = [.. files.Where(file => file.Path is null || !facts.Hashes.ContainsKey(file.Path)).Select(file => file.Path ?? file.Name)];
        if (missing.Length > 0)
            throw ManagedPlaces.Unsupported(old, $"a managed member with TLS verifies clients and peers, but {string.Join(", ", missing)} "
                + $"{(missing.Length == 1 ? "is" : "are")} missing", "Set it up with certificates for both, then import the cluster again.");
        if (facts.Hashes[adopted.CaFile!] != facts.Hashes[adopted.PeerCaFile!]) // not missing
            throw ManagedPlaces.Unsupported(
                old, $"clients ({adopted.CaFile}) and peers ({adopted.PeerCaFile}) have different authorities, but a conversion "
                    + "keeps one for both", "Give both settings a file with the same authorities, restart it, then import the cluster again. "
                    + "After the conversion, Update-EtcdCertificateAuthority -SeparatePeerAuthority separates them.");
    }
}
