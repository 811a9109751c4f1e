using EtcdAdmin.Clusters.Ownership;
using EtcdAdmin.Clusters.Spec;
using EtcdAdmin.Provisioning.Files;

namespace EtcdAdmin.Upgrades.Adoption;

/// <summary>What installed an etcd, by the traces that each tool leaves on a host.</summary>
/// <param name="Kind">The kind; null for EtcdAdmin.</param>
/// <param name="Source">The same in words.</param>
/// <remarks>
/// Kubespray: <c>roles/etcd/templates/etcd-host.service.j2</c> (EnvironmentFile=-/etc/etcd.env). etcdadm: <c>constants/constants.go</c>
/// (/etc/etcd/etcd.env, /etc/etcd/pki). kubeadm: <c>cmd/kubeadm/app/phases/etcd/local.go</c> (/etc/kubernetes/manifests/etcd.yaml).
/// </remarks>
internal sealed record InstallationKind(AdoptedKind? Kind, string Source)
{
    private const string KubesprayEnvironment = "/etc/etcd.env";
    private const string EtcdadmEnvironment = "/etc/etcd/etcd.env";
    private const string Manifest = "/etc/kubernetes/manifests/etcd.yaml";

    /// <summary>The cluster of EtcdAdmin's own.</summary>
    public string? Cluster { get; private init; }

    /// <summary>Judges a process with its unit, or a unit that does not run.</summary>
    public static InstallationKind Of(ProcessFacts? process, UnitFacts? unit, IReadOnlyDictionary<string, string> files)
    {
        if ((unit?.Cluster ?? OwnCluster(process, files)) is { } cluster) return new(null, $"EtcdAdmin, cluster {cluster}") { Cluster = cluster };
        if (process is not null && IsStaticPod(process, files)) return new(AdoptedKind.KubeadmStaticPod, $"kubeadm static pod {Manifest}");
        if (process?.Engine is not null) return new(AdoptedKind.Container, $"a container{(unit is null ? "" : $" of unit {unit.Name}")}");
        string? program = process?.Program ?? unit?.Program;
        if (program?.StartsWith("/snap/", StringComparison.Ordinal) == true || unit?.Name.StartsWith("snap.", StringComparison.Ordinal) == true)
            return new(AdoptedKind.Snap, $"snap {SnapName(program)}{Release(process?.Installed ?? unit?.Installed)}");
        if ((process?.Package ?? unit?.Package) is { } package)
            return new(AdoptedKind.DistroPackage,
                $"package {package} {Upstream(process?.Package is null ? unit?.PackageVersion : process.PackageVersion)}".TrimEnd());
        if (unit is null) return new(AdoptedKind.Process, $"process {program ?? "etcd"}, which no unit runs");
        if (unit.EnvironmentFiles.Contains(KubesprayEnvironment)) return new(AdoptedKind.Kubespray, $"kubespray, unit {unit.Name}");
        if (unit.EnvironmentFiles.Contains(EtcdadmEnvironment)) return new(AdoptedKind.Etcdadm, $"etcdadm, unit {unit.Name}");
        return new(AdoptedKind.HandMadeUnit, $"unit {unit.Name}");
    }

    /// <summary>The release in the version of a package: without epoch and the distribution's revision.</summary>
    public static string? Upstream(string? version)
    {
        if (version is null) return null;
        string text = version[(version.IndexOf(':', StringComparison.Ordinal) + 1)..];
        int end = text.IndexOfAny(['-', '+', '~']);
        return end < 0 ? text : text[..end];
    }

    // A member on the operator's machine has no unit, but a configuration file of ours.
    private static string? OwnCluster(ProcessFacts? process, IReadOnlyDictionary<string, string> files) =>
        process?.ConfigFile is { } path
            && files.TryGetValue(path, out string? text) && text.StartsWith("# Written by EtcdAdmin", StringComparison.Ordinal)
            ? MemberOwnership.ClusterOf(FlatSettings.Read(text).GetValueOrDefault("initial-cluster-token")) : null;

    // The kubelet starts exactly the arguments of its manifest.
    private static bool IsStaticPod(ProcessFacts process, IReadOnlyDictionary<string, string> files)
    {
        if (process.Engine == "container" || !files.TryGetValue(Manifest, out string? text)) return process.Engine == "kubernetes";
        string[] arguments =
        [
            .. text.Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("- --", StringComparison.Ordinal))
                .Select(line => line["- ".Length..].Trim('"', '\'')),
        ];
        return arguments.Length > 0 && arguments.All(process.Arguments.Contains);
    }

    private static string SnapName(string? program) => program?.Split('/') is ["", "snap", var name, ..] ? name : "etcd";

    private static string Release(EtcdVersion? version) => version is { } known ? $" {known}" : "";
}
