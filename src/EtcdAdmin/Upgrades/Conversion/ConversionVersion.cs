using EtcdAdmin.Clusters;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Errors;
using EtcdAdmin.Packages.Names;
using EtcdAdmin.Packages.Sources;
using EtcdAdmin.Upgrades.Rolling;
using EtcdAdmin.Upgrades.Versions;

namespace EtcdAdmin.Upgrades.Conversion;

/// <summary>The version that a converted member runs: the same as before, but after etcd 2.3, which has no configuration file, etcd 3.0.</summary>
internal static class ConversionVersion
{
    /// <summary>Finds the version.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="cluster">An imported cluster.</param>
    /// <param name="member">The member to convert.</param>
    /// <param name="package">What the operator gave; null for nothing.</param>
    /// <param name="cancellationToken">Stops the search.</param>
    /// <exception cref="EtcdException">UpgradeRefused: another version than this one. PackageNotFound: no etcd 3.0 is available.
    /// SpecInvalid.</exception>
    public static async Task<EtcdVersion> FindAsync(
        AdminContext context, EtcdCluster cluster, MemberSpec member, PackageRequest? package, CancellationToken cancellationToken)
    {
        ClusterSpec spec = cluster.RequireSpec();
        if (spec.VersionOf(member) is not { } present) throw cluster.NotInstalled();
        VersionRequest wanted = package?.Version ?? VersionRequest.Newest;
        if (!cluster.IsBefore3)
        {
            if (wanted.IsNewest || wanted.Matches(present)) return present;
            throw Before3.Refused(cluster.Name, $"a conversion keeps it, and member {member.Name} runs etcd {present}, not etcd {wanted}",
                $"Convert the members without -Version, then run 'Update-EtcdCluster {cluster.Name} -Version {wanted}'.");
        }

        if (MinorLine.Of(spec.Version!.Value) < Before3.Last) // it is before 3.0, so it is known
        {
            throw Before3.Refused(cluster.Name, $"it runs etcd {spec.Version}, and etcd 3.0 follows etcd 2.3",
                "Bring its members to etcd 2.3 first, one after the other, with the tool that installed them. Then import the cluster again.");
        }

        if (wanted is { IsNewest: false, Major: { } major, Minor: { } minor } && new MinorLine(major, minor) != Before3.Next)
            throw Before3.TargetRefusal(cluster.Name, wanted.ToString());
        EtcdVersion[] others = [.. spec.Members.Select(spec.VersionOf).OfType<EtcdVersion>().Where(version => version.Major >= Before3.Next.Major)];
        PackageRequest request = package ?? new PackageRequest();
        if (wanted.IsNewest && request.Path is null)
            wanted = others.Length > 0 ? VersionRequest.For(others.Max()) : VersionRequest.Parse(Before3.Next.ToString());
        EtcdVersion found = await FindInAsync(context, request with { Version = wanted }, cluster.Name, cancellationToken).ConfigureAwait(false);
        return MinorLine.Of(found) == Before3.Next ? found : throw Before3.TargetRefusal(cluster.Name, found.ToString());
    }

    private static Task<EtcdVersion> FindInAsync(AdminContext context, PackageRequest package, string cluster, CancellationToken cancellationToken) =>
        new VersionTarget(context, package).FindAsync(cluster, cancellationToken);
}
